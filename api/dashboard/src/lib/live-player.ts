/** A camera's live stream in a <video>: fragments from a WebSocket into Media Source Extensions, for ever.
 *
 * The service sends a text message {codec, captured_at} before each new beginning, then binary pieces of fragmented MP4.
 * When the stream breaks off, the last picture stays and is told to be stale.
 */

import { BASE } from "./api";
import { forgettable, keepUp, waitMs } from "./live-edge";

/** connecting: nothing was shown yet. stale: what is shown is old. unsupported: this browser cannot play the codec.
 * refused: the person may not see it, or it is not there. */
export type LiveState = "connecting" | "playing" | "stale" | "unsupported" | "refused";

export interface Watcher {
  /** The state has changed. codec: of the stream, where it is known. */
  changed(state: LiveState, codec: string | null): void;
  /** The picture is about to be replaced by the first of a new stream: keep what is shown until then. */
  keepPicture(): void;
}

interface Beginning {
  codec: string;
  captured_at: string;
}

const SILENT_MS = 3000;
const LOOK_EVERY_MS = 500;
const REFUSED: ReadonlySet<number> = new Set([4401, 4403, 4404]);

export class LivePlayer {
  readonly #video: HTMLVideoElement;
  readonly #address: string;
  readonly #watcher: Watcher;
  #socket: WebSocket | null = null;
  #stream: Stream | null = null;
  #state: LiveState = "connecting";
  #codec: string | null = null;
  #attempt = 0;
  #arrivedMs = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  readonly #look: ReturnType<typeof setInterval>;

  constructor(video: HTMLVideoElement, camera: string, watcher: Watcher) {
    this.#video = video;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.#address = `${scheme}//${location.host}${BASE}/cameras/${encodeURIComponent(camera)}/live`;
    this.#watcher = watcher;
    this.#look = setInterval(() => this.#watch(), LOOK_EVERY_MS);
    this.#connect();
  }

  /** Stop for good. */
  close(): void {
    clearInterval(this.#look);
    clearTimeout(this.#again);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#stream?.close();
  }

  #connect(): void {
    const socket = new WebSocket(this.#address);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => this.#received(event.data);
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#lost(event.code);
    };
    this.#socket = socket;
  }

  #received(data: string | ArrayBuffer): void {
    this.#arrivedMs = performance.now();
    if (typeof data === "string") {
      this.#begin(JSON.parse(data) as Beginning);
    } else {
      this.#stream?.append(data);
    }
  }

  #begin({ codec }: Beginning): void {
    this.#codec = codec;
    const type = `video/mp4; codecs="${codec}"`;
    this.#watcher.keepPicture();
    this.#stream?.close();
    this.#stream = null;
    if (!("MediaSource" in window) || !MediaSource.isTypeSupported(type)) {
      this.#become("unsupported");
      return;
    }
    this.#stream = new Stream(this.#video, type, () => {
      this.#attempt = 0;
      this.#become("playing");
    });
  }

  #lost(code: number): void {
    this.#socket = null;
    if (REFUSED.has(code)) {
      this.#become("refused");
      return;
    }
    if (this.#state === "playing") this.#become("stale");
    this.#again = setTimeout(() => this.#connect(), waitMs(this.#attempt));
    this.#attempt += 1;
  }

  #watch(): void {
    if (this.#state === "playing" && performance.now() - this.#arrivedMs > SILENT_MS) this.#become("stale");
    this.#stream?.keepUp();
  }

  #become(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#watcher.changed(state, this.#codec);
  }
}

/** One beginning of the stream: a MediaSource with its one buffer. */
class Stream {
  readonly #video: HTMLVideoElement;
  readonly #source = new MediaSource();
  readonly #address: string;
  readonly #waiting: ArrayBuffer[] = [];
  readonly #shown: () => void;
  #buffer: SourceBuffer | null = null;

  constructor(video: HTMLVideoElement, type: string, shown: () => void) {
    this.#video = video;
    this.#shown = shown;
    this.#source.addEventListener(
      "sourceopen",
      () => {
        this.#buffer = this.#source.addSourceBuffer(type);
        this.#buffer.addEventListener("updateend", () => this.#appended());
        this.#next();
      },
      { once: true },
    );
    this.#address = URL.createObjectURL(this.#source);
    video.src = this.#address;
  }

  append(data: ArrayBuffer): void {
    this.#waiting.push(data);
    this.#next();
  }

  /** Stay close behind the newest picture. */
  keepUp(): void {
    const ranges = this.#video.buffered;
    if (this.#buffer === null || ranges.length === 0) return;
    const [start, end] = [ranges.start(ranges.length - 1), ranges.end(ranges.length - 1)];
    const { jumpTo, rate } = keepUp(this.#video.currentTime, start, end);
    if (jumpTo !== null) this.#video.currentTime = jumpTo;
    this.#video.playbackRate = rate;
    // Muted video may always begin by itself; that it was interrupted by the next call is no error.
    if (this.#video.paused) this.#video.play().catch(() => undefined);
  }

  close(): void {
    this.#buffer = null;
    this.#waiting.length = 0;
    URL.revokeObjectURL(this.#address);
  }

  #appended(): void {
    // A piece that came between the end of an update and its event has begun the next one already.
    if (this.#buffer === null || this.#buffer.updating) return;
    if (this.#video.buffered.length > 0) {
      this.keepUp();
      if (this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) this.#shown();
      const upTo = forgettable(this.#video.currentTime, this.#video.buffered.start(0));
      if (upTo !== null) {
        this.#buffer.remove(0, upTo);
        return;
      }
    }
    this.#next();
  }

  #next(): void {
    if (this.#buffer === null || this.#buffer.updating || this.#source.readyState !== "open") return;
    const data = this.#waiting.shift();
    if (data !== undefined) this.#buffer.appendBuffer(data);
  }
}
