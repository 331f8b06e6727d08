"""compose.yaml runs what `up` runs: the same processes, commands and settings."""

import json
import re
from collections.abc import Iterable
from fnmatch import fnmatch
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
import yaml
from fastapi import APIRouter
from fastapi.routing import APIRoute

from command_api import app as command_api
from query_api import app as query_api
from stack.addresses import Addresses
from stack.compose_environment import lines
from stack.credentials import Credentials
from stack.processes import EXTRAS, OPTIONAL, PROCESSES, Process, environment
from stack.servers.postgres import REBUILDABLE, STRICT
from tests.servers import ROOT

EVERY_PROCESS = (*PROCESSES, *EXTRAS.values())
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
APIS = (("COMMAND", 8001), ("QUERY", 8002))
SERVERS = {"log-database", "read-database", "kafka", "valkey", "mail", "proxy", "prepare"}


def expected(process: Process) -> dict[str, str]:
    """What `up` would tell the process if its servers were those of compose.yaml."""
    http = {each.name: 8000 + each.port_offset if each.port_offset else 9000 for each in EVERY_PROCESS}
    at = Addresses(
        log="postgresql://log-database:5432/palimpsest_log",
        read="postgresql://read-database:5432/palimpsest_read",
        redis="redis://:VALKEY@valkey:6379/0",
        smtp="smtp://mail:1025",
        kafka="kafka:9092",
        topic="palimpsest.events",
        public="http://localhost:8000",
        media="file:///media",
        home="/app",
        host="0.0.0.0",  # noqa: S104 - inside a container
        http=http,
    )
    roles = {role: role.removeprefix("palimpsest_").upper() for role in Credentials().roles}
    told = environment(process, at, Credentials(secret="SECRET", valkey="VALKEY", roles=roles))
    elsewhere = {f"PALIMPSEST_{name}_URL": f"http://{name.lower()}_api:{port}" for name, port in APIS}
    return {name: elsewhere.get(name, value) for name, value in told.items()}


def filled(value: str) -> str:
    """A value with its default, or with the last word of its variable's name for a password."""
    with_default = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
    named = re.sub(r"\$\{PALIMPSEST_(?:PASSWORD_)?(\w+):\?[^}]*\}", r"\1", with_default)
    return re.sub(r"\$\{VALKEY_PASSWORD:\?\}", "VALKEY", named)


def test_there_is_a_service_for_each_process_and_no_other() -> None:
    assert set(SERVICES) - SERVERS == {process.name for process in EVERY_PROCESS}
    assert {name for name, service in SERVICES.items() if "profiles" in service} == set(EXTRAS)


@pytest.mark.parametrize("process", EVERY_PROCESS, ids=lambda process: process.name)
def test_a_process_runs_by_the_same_command_with_the_same_settings(process: Process) -> None:
    service = SERVICES[process.name]
    assert service["command"] == ["python", *process.arguments]
    told = {name: filled(value) for name, value in service["environment"].items()}
    assert {name: value for name, value in told.items() if name not in OPTIONAL} == expected(process)
    assert set(OPTIONAL) <= set(told)


def test_throttles_count_the_clients_of_the_proxy() -> None:
    service = SERVICES["command_api"]
    trusted = json.loads(filled(service["environment"]["PALIMPSEST_TRUSTED_PROXIES"]))
    assert any(ip_address("172.18.0.3") in ip_network(each) for each in trusted)
    assert "ports" not in service


def test_the_databases_are_as_durable() -> None:
    for name, durability in (("log-database", STRICT), ("read-database", REBUILDABLE)):
        words = SERVICES[name]["command"]
        assert {f"{key}={value}" for key, value in durability.items()} <= set(words)


def test_every_password_that_is_asked_for_is_made() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text()))
    assert asked == {line.partition("=")[0] for line in lines(Credentials())}


def test_no_process_runs_as_root_or_without_a_health_check() -> None:
    image = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER palimpsest$", image, re.MULTILINE)
    assert "HEALTHCHECK" in image
    for server in SERVERS - {"mail", "proxy", "prepare"}:
        assert "healthcheck" in SERVICES[server]


def test_the_image_holds_every_package_of_ours_that_processes_import() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    ours = {folder.parent.name for folder in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert copied == ours


def get_doors(routers: Iterable[APIRouter]) -> set[str]:
    return {
        route.path
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        if "GET" in (route.methods or ())
    }


def test_what_is_read_of_the_command_api_alone_reaches_it() -> None:
    [line] = re.findall(r"not path (.+)", COMPOSE["configs"]["proxy"]["content"])
    alone = get_doors(command_api.ROUTERS) - get_doors(query_api.ROUTERS)
    assert "/head" in alone
    assert not [path for path in alone if not any(fnmatch(path, pattern) for pattern in line.split())]
