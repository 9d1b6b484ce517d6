"""`python -m models.training.train`: trains the detector on the shards that there are, for as long as it is let.

Started again, it goes on from its last checkpoint, and every round looks for new shards, so that pictures can be made
while it runs. The learning rate stays level until `--finish STEPS` takes it down to nothing in a copy of the run;
only then are the weights as good as they get. Here belong the loop and what it remembers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import torch
from torch.utils.data import DataLoader
from ultralytics.utils.loss import v8DetectionLoss
from ultralytics.utils.torch_utils import ModelEMA

from models.training.evaluate import average_precisions
from models.training.loading import Batch, Batches
from models.training.network import new_network
from models.training.optimizer import new_optimizer
from models.training.samples import CACHE, DATA, read_shards
from models.training.starting import start_from

ROUND_STEPS: Final = 100
"""Steps between checkpoints; new shards are looked for then."""
VALIDATE_EVERY: Final = 10
"""Rounds between validations."""
GRADIENT_LIMIT: Final = 10.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is started with; a checkpoint remembers it.

    learning_rate: of the level part, for the part of the optimizer that ultralytics calls SGD. warm_up_steps: until
    it is reached. real_share: how many pictures are real ones.
    """

    batch: int = 16
    learning_rate: float = 0.01
    warm_up_steps: int = 500
    real_share: float = 0.2
    seed: int = 0


class Run:
    """One training: network, average of its weights, optimizer, and how many steps were done.

    finishing_from: the step at which the learning rate began to go down, None while it is level.
    """

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        torch.manual_seed(recipe.seed)
        self.folder, self.recipe, self.step, self.cpu_s = folder, recipe, 0, 0.0
        self.finishing_from: int | None = None
        self.network = new_network().to(memory_format=torch.channels_last)
        self.average = ModelEMA(self.network)
        self.optimizer = new_optimizer(self.network, recipe.learning_rate)
        self._loss = v8DetectionLoss(self.network)

    @classmethod
    def going_on_from(cls, weights: Path, folder: Path, recipe: Recipe, data: Path) -> Run:
        """Return a new run that starts with the weights of an export instead of random ones."""
        run = cls(folder, recipe)
        first = _batches(data, recipe)[0]
        start_from(run.network, weights, _as_input(first))
        run.average = ModelEMA(run.network)
        run.log(started_from=hashlib.sha256(weights.read_bytes()).hexdigest())
        return run

    @classmethod
    def resumed(cls, folder: Path) -> Run:
        """Return the run of a folder as its last checkpoint has it."""
        kept = torch.load(folder / "last.pt", weights_only=True)
        run = cls(folder, Recipe(**kept["recipe"]))
        run.step, run.cpu_s, run.finishing_from = kept["step"], kept["cpu_s"], kept["finishing_from"]
        run.network.load_state_dict(kept["network"])
        run.average.ema.load_state_dict(kept["average"])
        run.average.updates = run.step
        run.optimizer.load_state_dict(kept["optimizer"])
        return run

    def save(self) -> None:
        """Write a checkpoint; the one before stays until this one is whole."""
        kept = {
            "recipe": asdict(self.recipe),
            "step": self.step,
            "cpu_s": self.cpu_s,
            "finishing_from": self.finishing_from,
            "network": self.network.state_dict(),
            "average": self.average.ema.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        unfinished = self.folder / "last.pt.part"
        torch.save(kept, unfinished)
        unfinished.replace(self.folder / "last.pt")

    def log(self, **said: Any) -> None:
        """Append a line to the run's log and show it."""
        line = json.dumps({"step": self.step, "cpu_h": round(self.cpu_s / 3600, 3), **said})
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
        print(line, flush=True)

    def learn(self, batch: Batch, scale: float) -> dict[str, float]:
        """Take one step at `scale` times the recipe's learning rate; return the parts of the loss."""
        began = time.process_time()
        self._set_learning_rate(scale * min(1.0, (self.step + 1) / self.recipe.warm_up_steps))
        self.network.train()
        with torch.autocast("cpu", torch.bfloat16):
            answer = self.network(_as_input(batch))
        self._loss.class_weights = torch.from_numpy(batch.counts)
        loss, parts = self._loss(_in_float32(answer), _targets(batch))
        loss.sum().backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), GRADIENT_LIMIT)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.average.update(self.network)
        self.step += 1
        self.cpu_s += time.process_time() - began
        return {name: float(part) for name, part in parts.items()}

    def _set_learning_rate(self, scale: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"] * scale


def _as_input(batch: Batch) -> torch.Tensor:
    return torch.from_numpy(batch.pictures).float().div_(255).contiguous(memory_format=torch.channels_last)


def _in_float32(answer: dict[str, Any]) -> dict[str, Any]:
    feats = [feat.float() for feat in answer["feats"]]
    return {"boxes": answer["boxes"].float(), "scores": answer["scores"].float(), "feats": feats}


def _targets(batch: Batch) -> dict[str, torch.Tensor]:
    return {
        "batch_idx": torch.from_numpy(batch.picture_of).float(),
        "cls": torch.from_numpy(batch.labels).float()[:, None],
        "bboxes": torch.from_numpy(batch.boxes),
    }


def _round(run: Run, data: Path, scales: Sequence[float]) -> None:
    """Do one round of steps, one for each scale of the learning rate, then save and log."""
    batches = _batches(data, run.recipe)
    sums: dict[str, float] = {}
    for batch, scale in zip(_loaded(batches, run.step, len(scales)), scales, strict=True):
        for name, value in run.learn(batch, scale).items():
            sums[name] = sums.get(name, 0.0) + value / len(scales)
    run.save()
    run.log(
        rendered=len(batches.rendered),
        real=len(batches.real),
        scale=scales[-1],
        **{k: round(v, 4) for k, v in sums.items()},
    )


def _batches(data: Path, recipe: Recipe) -> Batches:
    """Return what there is to train on now."""
    train = read_shards(data / "train")
    rendered = [sample for sample in train if sample.truth.known.all()]
    real = [sample for sample in train if not sample.truth.known.all()]
    return Batches(rendered, real, recipe.real_share, recipe.batch, recipe.seed)


def _loaded(batches: Batches, first: int, count: int) -> Iterator[Batch]:
    """Make the batches in a process of their own, ahead of the training."""
    loader = DataLoader(
        batches,  # a sequence without end, read in the sampler's order
        sampler=range(first, first + count),
        batch_size=None,
        num_workers=1,
        prefetch_factor=4,
        worker_init_fn=_one_thread,
        collate_fn=_unchanged,
    )
    yield from loader


def _unchanged(batch: Batch) -> Batch:
    return batch


def _one_thread(_: int) -> None:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


def _level(run: Run, data: Path, until: int) -> None:
    """Train at the level rate, validating now and then."""
    while run.step < until:
        _round(run, data, [1.0] * ROUND_STEPS)
        if run.step // ROUND_STEPS % VALIDATE_EVERY == 0:
            run.log(**average_precisions(run.average.ema, read_shards(data / "validation")))


def _finish(run: Run, data: Path, steps: int) -> None:
    """Take the rate down to nothing; the averaged weights are then as good as they get."""
    if run.finishing_from is None:
        run.finishing_from = run.step
    while (done := run.step - run.finishing_from) < steps:
        count = min(ROUND_STEPS, steps - done)
        _round(run, data, [1 - (done + number) / steps for number in range(count)])
    run.log(**average_precisions(run.average.ema, read_shards(data / "validation")))


def _opened(options: argparse.Namespace, recipe: Recipe) -> Run:
    folder: Path = options.run
    if (folder / "last.pt").exists():
        return Run.resumed(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if options.start is None:
        return Run(folder, recipe)
    return Run.going_on_from(options.start, folder, recipe, options.data)


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m models.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="where the shards are")
    parser.add_argument("--run", type=Path, default=CACHE / "training" / "run", help="where checkpoints and log go")
    parser.add_argument("--start", type=Path, metavar="ONNX", help="begin a new run with the weights of an export")
    parser.add_argument("--until", type=int, default=10**9, metavar="STEP", help="stop there; for ever if left out")
    parser.add_argument("--finish", type=int, metavar="STEPS", help="take the learning rate down over so many steps")
    parser.add_argument("--threads", type=int, default=1, help="for the training itself; loading takes one more")
    for name, value in asdict(Recipe()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value, help=f"(default {value})")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    recipe = Recipe(**{name: getattr(options, name) for name in asdict(Recipe())})
    if options.finish is None:
        _level(_opened(options, recipe), options.data, options.until)
        return
    finished = options.run.with_name(options.run.name + "-finished")
    if not finished.exists():
        shutil.copytree(options.run, finished)
    _finish(Run.resumed(finished), options.data, options.finish)


if __name__ == "__main__":
    main()
