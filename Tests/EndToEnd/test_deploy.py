"""The examples of `deploy/`: each is taken as it stands, but for ports, paths and certificates, and used."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import socketio
import yaml

from peer import POLLING, UPGRADE, WEBSOCKET
from raw import PATH
from server import ROOT, Server, free_port
from waiting import eventually

DEPLOY = ROOT / "deploy"
HOST = "help.example.com"
ENVIRONMENT = (ROOT / ".env.example").read_text().splitlines()


def tool(name: str) -> str:
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


@dataclass
class Front:
    """A proxy with TLS in front of a server."""

    port: int
    server: Server
    tls: ssl.SSLContext

    def client(self, **more: object) -> aiohttp.ClientSession:
        class Loopback(aiohttp.abc.AbstractResolver):
            async def resolve(self, host: str, port: int = 0, family: int = 0) -> list:
                return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]

            async def close(self) -> None:
                pass

        connector = aiohttp.TCPConnector(resolver=Loopback(), ssl=self.tls)
        return aiohttp.ClientSession(self.url, connector=connector, **more)  # type: ignore[arg-type]

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"


@pytest.fixture(scope="module")
def certificate(scratch: Path) -> Path:
    home = scratch / "certificate"
    home.mkdir()
    command = [tool("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "1", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    subprocess.run([*command, "-keyout", home / "key.pem", "-out", home / "chain.pem"], check=True, capture_output=True)
    (home / "chain-and-key.pem").write_text((home / "chain.pem").read_text() + (home / "key.pem").read_text())
    return home


def nginx(home: Path, site: str) -> tuple[list[str], list[str]]:
    """The commands that check the site and that serve it."""
    (home / "site.conf").write_text(site)
    paths = "".join(
        f"{name}_temp_path {home}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (home / "nginx.conf").write_text(
        f"daemon off; pid {home}/pid; error_log stderr; events {{}} http {{ access_log off; {paths} include {home}/site.conf; }}"
    )
    command = [tool("nginx"), "-p", str(home), "-e", "stderr", "-c", str(home / "nginx.conf")]
    return [*command, "-t"], command


def haproxy(home: Path, configuration: str) -> tuple[list[str], list[str]]:
    (home / "haproxy.cfg").write_text(configuration)
    command = [tool("haproxy"), "-f", str(home / "haproxy.cfg")]
    return [*command, "-c"], [*command, "-db"]


PROXIES: dict[str, tuple[str, Callable[[Path, str], tuple[list[str], list[str]]]]] = {
    "nginx": ("nginx.conf", nginx),
    "haproxy": ("haproxy.cfg", haproxy),
}


@pytest_asyncio.fixture(params=PROXIES)
async def front(
    request: pytest.FixtureRequest, new_server: Callable[..., Server], certificate: Path, tmp_path: Path
) -> AsyncIterator[Front]:
    file, commands = PROXIES[request.param]
    tool(request.param)
    port = free_port()
    server = new_server("--public-url", f"https://{HOST}:{port}", "--trusted-proxies", "127.0.0.1", "--limits", "address-sockets=2")
    await server.start()
    text = (DEPLOY / file).read_text().replace("127.0.0.1:3000", f"127.0.0.1:{server.address[1]}")
    text = text.replace(f"/etc/ssl/{HOST}", str(certificate)).replace("    listen [::]:443 ssl;\n", "")
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}").replace("bind :443", f"bind 127.0.0.1:{port}")
    check, serve = commands(tmp_path, text)
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.returncode == 0 and "warning" not in checked.stderr.lower(), checked.stderr
    process = await asyncio.create_subprocess_exec(*serve, stderr=asyncio.subprocess.DEVNULL)
    made = Front(port, server, ssl.create_default_context(cafile=str(certificate / "chain.pem")))

    async def answers() -> bool:
        try:
            async with made.client() as client, client.get("/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    await eventually(answers, 10, "the proxy answers")
    yield made
    process.terminate()
    await process.wait()
    await server.stop()


async def test_a_proxy_in_front_is_not_noticed(front: Front) -> None:
    async with front.client() as client:
        async with client.get("/") as page:
            assert page.status == 200 and "strict-transport-security" in page.headers
        foreign = {"Origin": "https://evil.example"}
        async with client.get(PATH + "polling", headers=foreign) as refused:
            assert refused.status == 403
    for transports in (POLLING, WEBSOCKET, UPGRADE):
        await guest_is_answered(front, transports, "198.51.100.1")


async def test_people_behind_a_proxy_have_addresses_of_their_own(front: Front) -> None:
    # Two sockets an address. The tests' address is the proxy's own, so that the one before it counts.
    people = ["203.0.113.1, 198.51.100.7", "203.0.113.2, 198.51.100.7", "203.0.113.3, 198.51.100.7", "198.51.100.8"]
    async with front.client() as http:
        sockets = []
        for forwarded in people:
            ws = await http.ws_connect(PATH + "websocket", headers={"X-Forwarded-For": forwarded})
            await ws.receive_str()
            await ws.send_str('40{"guestToken":""}')
            sockets.append((ws, (await ws.receive_str(timeout=5))[:2]))
    assert [answer for _, answer in sockets] == ["40", "40", "44", "40"]


async def guest_is_answered(front: Front, transports: tuple[str, ...], address: str) -> None:
    async with front.client() as http:
        sio = socketio.AsyncClient(reconnection=False, http_session=http)
        await sio.connect(front.url, auth={"guestToken": ""}, transports=list(transports), headers={"X-Forwarded-For": address})
        created = await sio.call("ticket:create", {"text": "through the proxy"}, timeout=5)
        assert created["ok"] and created["message"]["seq"] == 1
        assert sio.transport() == transports[-1]
        await sio.disconnect()


def test_the_unit_is_accepted_and_shuts_the_service_in(binary: Path, scratch: Path) -> None:
    analyze = tool("systemd-analyze")
    unit = scratch / "martlet.service"
    unit.write_text((DEPLOY / "martlet.service").read_text().replace("/usr/local/bin/martlet", str(binary)))
    verified = subprocess.run([analyze, "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    # Where systemd does not run it says so, too.
    complaints = [line for line in verified.stderr.splitlines() if "martlet.service" in line]
    assert verified.returncode == 0 and not complaints, verified.stderr
    rated = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=15", unit], capture_output=True, text=True, check=False
    )
    # 1.5 of 10, of which 10 is all that a service may do.
    assert rated.returncode == 0, rated.stdout[-2000:]


def test_the_image_is_small_shut_in_and_watched() -> None:
    """There is no container engine to build it; this is what a linter would say."""
    lines = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith((" ", "#"))]
    starts = [index for index, (name, _) in enumerate(steps) if name == "FROM"]
    stages = [steps[start:end] for start, end in zip(starts, [*starts[1:], None])]
    assert len(stages) == 2
    for stage in stages:
        image = stage[0][1].split()[0]
        assert re.search(r":[\w.-]+$", image) and not image.endswith(":latest"), image
        for name, rest in stage:
            assert name not in ("ADD", "MAINTAINER")
            if "apt-get install" in rest:
                assert "--no-install-recommends" in rest and "rm -rf /var/lib/apt/lists/*" in rest and "--yes" in rest
    last = dict(stages[-1][1:])
    assert last["USER"] not in ("0", "root") and "/healthz" in last["HEALTHCHECK"]
    assert last["ENTRYPOINT"].startswith("[") and last["CMD"].startswith("[")
    names = [name for name, _ in stages[-1]]
    assert names.index("USER") > max(index for index, name in enumerate(names) if name in ("RUN", "COPY"))


@pytest.mark.parametrize("file", ["compose.yaml", "compose.cluster.yaml"])
def test_what_compose_names_is_there_and_shut_in(file: str) -> None:
    """There is no container engine to run it."""
    text = (DEPLOY / file).read_text()
    composed = yaml.safe_load(text)
    services, networks, volumes = (composed.get(part) or {} for part in ("services", "networks", "volumes"))
    for name, service in services.items():
        for used in service.get("depends_on", ()):
            assert used in services, f"{name} waits for {used}"
        for used in service["networks"]:
            assert used in networks, f"{name} is in {used}"
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (DEPLOY / source).is_file() if source.startswith(".") else source in volumes, f"{name} mounts {source}"
        if build := service.get("build"):
            assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
        else:
            assert re.search(r":[\d.]+$", service["image"]), f"{name} has no version"
        assert "no-new-privileges:true" in service["security_opt"] and service["restart"] == "unless-stopped"
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), f"{name} is open to the world"
        if name == "redis":
            assert service.get("user") == "redis", "its image begins as root, and could not change that without capabilities"
        if "martlet" in service["image"]:
            assert service["read_only"] and service["cap_drop"] == ["ALL"]
            known = {f"MARTLET_{line.split('=')[0].removeprefix('#MARTLET_')}" for line in ENVIRONMENT if "MARTLET_" in line}
            assert set(service["environment"]) <= known, f"{name} has settings that there are not"
    balancers = [name for name, service in services.items() if "ports" in service]
    assert len(balancers) == 1, "one way in"


def test_the_balancer_of_the_cluster_knows_every_node() -> None:
    composed = yaml.safe_load((DEPLOY / "compose.cluster.yaml").read_text())
    services = composed["services"]
    nodes = {name for name, service in services.items() if service["image"] == "martlet"}
    subnet = ip_network(composed["networks"]["front"]["ipam"]["config"][0]["subnet"])
    # HAProxy looks names up once, so a container that is made anew has to have the address of the one before.
    addresses = {ip_address(services[name]["networks"]["front"]["ipv4_address"]) for name in [*nodes, "balancer"]}
    assert len(addresses) == 4 and all(address in subnet for address in addresses)
    named = re.findall(r"^    server (\S+) (\S+):3000", (DEPLOY / "haproxy-cluster.cfg").read_text(), re.MULTILINE)
    assert len(nodes) == 3 and sorted(named) == sorted((node, node) for node in [*nodes, *nodes])
