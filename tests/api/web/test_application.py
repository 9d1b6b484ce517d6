"""What holds for every answer: its headers, its form, its size, and where the page lies."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from api.settings import Site
from api.web.headers import HEADERS
from api.web.serving import Serving, ServingError, serve
from tests.api.conftest import SECRET
from tests.api.web.served import PASSWORD, ServedOffice, served


def test_the_service_says_that_it_lives_and_can_work_to_everybody(office: ServedOffice) -> None:
    assert office.stranger().get("/health").json() == {"status": "ok"}
    assert office.stranger().get("/health/ready").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/health", "/site", "/nowhere"])
def test_every_answer_has_the_headers_that_bind_a_browser(office: ServedOffice, path: str) -> None:
    answer = office.stranger().get(path)
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Server" not in answer.headers


def test_each_answer_has_an_id_of_its_own(office: ServedOffice) -> None:
    assert len({office.stranger().get("/health").headers["X-Request-ID"] for _ in range(3)}) == 3


def test_a_body_that_is_too_large_is_refused_unread(office: ServedOffice) -> None:
    answer = office.stranger().post("/access/login", {"account": "a" * (1 << 21), "password": "b"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    in_pieces = office.stranger().http.post("/access/login", content=iter([b" " * (1 << 16)] * 17))
    assert (in_pieces.status_code, in_pieces.json()["status"]) == (413, 413)


def test_an_unknown_address_of_the_api_and_a_wrong_method_are_problems(office: ServedOffice) -> None:
    client = office.stranger()
    unknown = client.get("/nowhere", headers={"Accept": "text/html"})
    assert (unknown.status_code, unknown.headers["content-type"]) == (404, "application/problem+json")
    assert client.send("DELETE", "/site").status_code == 405


def test_the_description_names_every_problem_and_what_each_route_needs(office: ServedOffice) -> None:
    described = office.stranger().get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    snapshot = described["paths"]["/api/v1/cameras/{camera}/snapshot"]["get"]
    assert snapshot["x-permission"] == "view"
    assert list(snapshot["responses"]["403"]["content"]) == ["application/problem+json"]
    assert described["paths"]["/api/v1/health"]["get"]["security"] == []


def built(folder: Path) -> Path:
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>蔵番</title>", encoding="utf-8")
    (folder / "assets" / "app-1a2b.js").write_text("0", encoding="utf-8")
    (folder.parent / "secret.txt").write_text(SECRET, encoding="utf-8")
    return folder


def test_the_page_is_served_at_every_address_but_those_of_the_api(tmp_path: Path, site: Site) -> None:
    page = built(tmp_path / "dist")
    with served(tmp_path / "data", site, page=page) as office, httpx2.Client(base_url=office.address) as client:
        for path in ("/", "/alerts", "/cameras/counter"):
            assert "蔵番" in client.get(path).text
            assert client.get(path).headers["Cache-Control"] == "no-cache"
        assert "immutable" in client.get("/assets/app-1a2b.js").headers["Cache-Control"]
        missing = client.get("/assets/app-0000.js")
        assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-cache")
        assert client.get("/api/v1/nowhere", headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "//etc/passwd"]
)
def test_nothing_beside_the_page_can_be_fetched(tmp_path: Path, site: Site, path: str) -> None:
    with served(tmp_path / "data", site, page=built(tmp_path / "dist")) as office:
        raw = subprocess.run(
            ["curl", "-s", "--path-as-is", f"{office.address}{path}"], check=True, capture_output=True, text=True
        )
        assert SECRET not in raw.stdout
        assert "root:" not in raw.stdout


def certificate(folder: Path) -> tuple[Path, Path]:
    key, made = folder / "key.pem", folder / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(made)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return made, key


def test_over_tls_the_cookie_is_bound_to_it_and_the_browser_is_told_to_stay(tmp_path: Path, site: Site) -> None:
    made, key = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=made)
    with served(tmp_path / "data", site, serving=Serving(port=0, certificate=made, key=key)) as office:
        assert office.address.startswith("https://")
        with httpx2.Client(base_url=office.address, verify=trusting) as client:
            answer = client.post("/api/v1/access/login", json={"account": "viewer", "password": PASSWORD})
        assert answer.headers["Set-Cookie"].startswith("__Host-kuraban=")
        assert "Secure" in answer.headers["Set-Cookie"]
        assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize(("proxies", "is_believed"), [(("127.0.0.1",), True), ((), False), (("10.0.0.9",), False)])
def test_only_a_named_proxy_is_believed_about_tls(
    tmp_path: Path, site: Site, proxies: tuple[str, ...], is_believed: bool
) -> None:
    with served(tmp_path, site, serving=Serving(port=0, proxies=proxies)) as office:
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.20"}
        body = {"account": "viewer", "password": PASSWORD}
        answer = httpx2.post(f"{office.address}/api/v1/access/login", json=body, headers=headers)
        assert answer.headers["Set-Cookie"].startswith("__Host-kuraban=" if is_believed else "kuraban=")
        told = [entry.body["address"] for entry in office.office.ledger if entry.kind == "user.signed_in"]
        assert told == ["10.0.0.20" if is_believed else "127.0.0.1"]


def begun(serving: Serving) -> None:
    async def run() -> None:
        async with serve(FastAPI(), serving):
            pass

    asyncio.run(run())


def test_a_port_that_is_used_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServingError, match=f"127.0.0.1:{port} cannot be listened on .*choose another"):
            begun(Serving(port=port))


def test_a_certificate_that_is_none_is_told(tmp_path: Path) -> None:
    (no_certificate := tmp_path / "key.pem").write_text("no key", encoding="utf-8")
    with pytest.raises(ServingError, match="needs its key"):
        Serving(certificate=no_certificate)
    for key in (no_certificate, tmp_path / "missing.pem"):
        with pytest.raises(ServingError, match="cannot be used"):
            begun(Serving(port=0, certificate=key, key=key))
