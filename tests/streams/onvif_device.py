"""A camera of ONVIF: a real HTTP server that answers SOAP as cameras do, and asks who it is that asks."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from xml.etree.ElementTree import Element, fromstring

USER: Final = "viewer"
PASSWORD: Final = "correct-horse-battery"

_WSSE: Final = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
_WSU: Final = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"
_ENVELOPE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema"
 xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl"
 xmlns:tev="http://www.onvif.org/ver10/events/wsdl" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"
 xmlns:wsa5="http://www.w3.org/2005/08/addressing" xmlns:ter="http://www.onvif.org/ver10/error"
 xmlns:tns1="http://www.onvif.org/ver10/topics"><s:Body>{body}</s:Body></s:Envelope>"""
_REFUSED: Final = """<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value>
</s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">Sender not Authorized</s:Text></s:Reason></s:Fault>"""
_SERVICES: Final = "".join(
    f"<tds:Service><tds:Namespace>http://www.onvif.org/ver10/{name}/wsdl</tds:Namespace><tds:XAddr>{{elsewhere}}/{name}"
    "</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>42</tt:Minor></tds:Version></tds:Service>"
    for name in ("device", "media", "events")
)
_PROFILE: Final = """<trt:Profiles token="{token}" fixed="true"><tt:Name>{token}</tt:Name>
<tt:VideoEncoderConfiguration token="{token}"><tt:Name>{token}</tt:Name><tt:UseCount>1</tt:UseCount>
<tt:Encoding>{codec}</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution>
<tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>15</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>
<tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl><tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type>
<tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address><tt:Port>0</tt:Port><tt:TTL>5</tt:TTL><tt:AutoStart>false</tt:AutoStart>
</tt:Multicast><tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:VideoEncoderConfiguration></trt:Profiles>"""
_NOTIFICATION: Final = """<wsnt:NotificationMessage>
<wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">{topic}</wsnt:Topic>
<wsnt:Message><tt:Message UtcTime="2018-02-21T08:10:00.500Z" PropertyOperation="Changed"><tt:Source>
<tt:SimpleItem Name="Source" Value="VideoSource_1"/></tt:Source><tt:Data><tt:SimpleItem Name="State" Value="true"/>
</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>"""

_ANSWERS: Final = {
    "GetSystemDateAndTime": """<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>
<tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime><tt:Time>
<tt:Hour>{clock.hour}</tt:Hour><tt:Minute>{clock.minute}</tt:Minute><tt:Second>{clock.second}</tt:Second></tt:Time>
<tt:Date><tt:Year>{clock.year}</tt:Year><tt:Month>{clock.month}</tt:Month><tt:Day>{clock.day}</tt:Day></tt:Date>
</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>""",
    "GetServices": f"<tds:GetServicesResponse>{_SERVICES}</tds:GetServicesResponse>",
    "GetProfiles": "<trt:GetProfilesResponse>{profiles}</trt:GetProfilesResponse>",
    "GetStreamUri": f"""<trt:GetStreamUriResponse><trt:MediaUri>
<tt:Uri>rtsp://admin:{PASSWORD}@192.168.0.90:554/onvif/{{token}}?unicast=true&amp;proto=Onvif</tt:Uri>
<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>
<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>""",
    "CreatePullPointSubscription": """<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>
<wsa5:Address>{elsewhere}/subscription?Idx=7</wsa5:Address></tev:SubscriptionReference>
<wsnt:CurrentTime>{now}</wsnt:CurrentTime><wsnt:TerminationTime>{later}</wsnt:TerminationTime>
</tev:CreatePullPointSubscriptionResponse>""",
    "PullMessages": """<tev:PullMessagesResponse><tev:CurrentTime>{now}</tev:CurrentTime>
<tev:TerminationTime>{later}</tev:TerminationTime>{told}</tev:PullMessagesResponse>""",
    "Unsubscribe": "<wsnt:UnsubscribeResponse/>",
}


@dataclass
class OnvifDevice:
    """What it offers and has to tell. elsewhere: what it takes for its own address, behind a translating router."""

    port: int = 0
    elsewhere: str = "http://169.254.169.254/onvif"
    profiles: tuple[str, ...] = (
        _PROFILE.format(token="sub", codec="H264", width=640, height=360),
        _PROFILE.format(token="main", codec="H264", width=1920, height=1080),
    )
    redirects_to: str | None = None
    topics: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/onvif/device_service"

    def answer(self, envelope: Element) -> tuple[int, str]:
        """Return the status and the body of the answer to a request."""
        body = envelope.find("{http://www.w3.org/2003/05/soap-envelope}Body")
        assert body is not None
        request = body[0].tag.rpartition("}")[2]
        self.asked.append(request)
        if request != "GetSystemDateAndTime" and not _is_known(envelope):
            return 400, _REFUSED
        return 200, self._body(request, envelope)

    def _body(self, request: str, envelope: Element) -> str:
        now = datetime.now(UTC)
        about = {
            "elsewhere": self.elsewhere,
            "profiles": "".join(self.profiles),
            "token": envelope.findtext(".//{http://www.onvif.org/ver10/media/wsdl}ProfileToken"),
            "now": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "later": f"{now.year + 1}-01-01T00:00:00Z",
            "told": "".join(_NOTIFICATION.format(topic=topic) for topic in self.topics),
        }
        if request == "PullMessages":
            self.topics.clear()
        return _ANSWERS[request].format(**about, clock=now)


def _is_known(envelope: Element) -> bool:
    """Tell whether a request shows that it knows the password: WS-Security's digest of nonce, time and password."""
    token = envelope.find(f".//{_WSSE}UsernameToken")
    if token is None:
        return False
    nonce = base64.b64decode(token.findtext(f"{_WSSE}Nonce") or "")
    created = token.findtext(f"{_WSU}Created") or ""
    digest = hashlib.sha1(nonce + created.encode() + PASSWORD.encode()).digest()
    shown = base64.b64decode(token.findtext(f"{_WSSE}Password") or "")
    return token.findtext(f"{_WSSE}Username") == USER and shown == digest


@contextmanager
def onvif_device() -> Iterator[OnvifDevice]:
    """Serve one until the end of the block."""
    device = OnvifDevice()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if device.redirects_to is not None:
                self.send_response(307)
                self.send_header("Location", device.redirects_to)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            envelope = fromstring(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = device.answer(envelope)
            content = _ENVELOPE.format(body=body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/soap+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    device.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield device
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
