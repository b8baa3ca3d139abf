"""What can be told of the deployment files by reading them: they agree with the code, and with each other."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from ledger.settings import CONTENT_SECURITY_POLICY

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
REQUIREMENTS = DEPLOY / "requirements"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def _variables_in(example: Path) -> set[str]:
    """Names that a line sets, or shows the default of."""
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example.read_text(), re.MULTILINE))


def _variables_read() -> set[str]:
    settings_read = re.findall(
        r"""(?:env(?:\.\w+)?|_secret)\(\s*"([A-Z][A-Z0-9_]+)\"""", (ROOT / "ledger" / "settings.py").read_text()
    )
    gunicorn_read = re.findall(
        r"""(?:environ\.get|_number)\(\s*"([A-Z][A-Z0-9_]+)\"""", (DEPLOY / "gunicorn.conf.py").read_text()
    )
    return {*settings_read, *gunicorn_read}


# --- Settings --------------------------------------------------------------------------------------------------------
def test_env_example_explains_every_variable_the_settings_read() -> None:
    read = _variables_read()
    assert {"DATABASE_URL", "LEDGER_SECRET_KEY", "LEDGER_WEB_THREADS", "LEDGER_POOL_SIZE"} <= read
    assert read - _variables_in(DEPLOY / "env.example") == set()


def test_env_example_has_no_variable_that_nothing_reads() -> None:
    assert _variables_in(DEPLOY / "env.example") - _variables_read() == set()


def test_env_example_gives_no_secret_a_value() -> None:
    text = (DEPLOY / "env.example").read_text() + (DEPLOY / "compose.env.example").read_text()
    for name in ("LEDGER_SECRET_KEY", "LEDGER_TOKEN_KEY", "LEDGER_CREDENTIAL_KEYS", "MYSQL_ROOT_PASSWORD"):
        assert f"\n{name}=\n" in text


# --- Requirements ----------------------------------------------------------------------------------------------------
def _pins(file: Path) -> dict[str, str]:
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", file.read_text(), re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in pins}


@pytest.mark.parametrize(
    ("source", "lock"),
    [
        (REQUIREMENTS / "base.txt", "base.lock"),
        (REQUIREMENTS / "base.txt", "server.lock"),
        (ROOT / "requirements.txt", "server.lock"),
        (ROOT / "requirements.txt", "test.lock"),
        (REQUIREMENTS / "base.txt", "test.lock"),
        (REQUIREMENTS / "test.txt", "test.lock"),
        (REQUIREMENTS / "node.txt", "node.lock"),
        (REQUIREMENTS / "traces.txt", "traces.lock"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_a_lock_has_the_pinned_versions(source: Path, lock: str) -> None:
    pinned, locked = _pins(source), _pins(REQUIREMENTS / lock)
    assert pinned
    assert {name: locked.get(name) for name in pinned} == pinned


@pytest.mark.parametrize("lock", sorted(REQUIREMENTS.glob("*.lock")), ids=lambda path: path.name)
def test_every_locked_package_has_hashes_and_no_index_is_named(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    for entry in re.split(r"\n(?=\S)", text.strip()):
        package, *hashes = entry.splitlines()
        assert hashes, package
        whole = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
        assert [line for line in hashes if not whole.fullmatch(line)] == [], package


def test_the_embedded_set_needs_no_compiler_and_no_server() -> None:
    assert "mysqlclient" not in _pins(REQUIREMENTS / "base.lock")
    assert _pins(REQUIREMENTS / "server.lock")["mysqlclient"] == _pins(ROOT / "requirements.txt")["mysqlclient"]


@pytest.mark.parametrize(
    "source", [ROOT / "requirements.txt", REQUIREMENTS / "base.txt", REQUIREMENTS / "test.txt"], ids=lambda p: p.name
)
def test_every_requirement_says_why_it_is_there(source: Path) -> None:
    lines = [line for line in source.read_text().splitlines() if "==" in line]
    assert lines
    assert [line for line in lines if not re.search(r"\s#\s\S.{10,}", line)] == []


# --- nginx -----------------------------------------------------------------------------------------------------------
def test_nginx_sends_the_same_content_security_policy_as_django() -> None:
    sent = re.search(r'add_header Content-Security-Policy "([^"]+)"', (DEPLOY / "nginx.conf").read_text())
    assert sent is not None
    assert sent[1] == CONTENT_SECURITY_POLICY


def test_nginx_takes_bodies_as_large_as_django_does() -> None:
    limit = re.search(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text())
    assert limit is not None
    assert int(limit[1]) * 1024 * 1024 == settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_nginx_overwrites_what_clients_could_claim() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    for header, value in {
        "X-Forwarded-For": "$remote_addr",
        "X-Real-IP": "$remote_addr",
        "X-Forwarded-Proto": "$scheme",
        "X-Forwarded-Host": '""',
        "Forwarded": '""',
    }.items():
        assert re.search(rf"proxy_set_header {header} {re.escape(value)};", text), header
    assert "non_idempotent" not in re.sub(r"#.*", "", text)


# --- systemd ---------------------------------------------------------------------------------------------------------
def test_there_are_units_for_web_worker_and_beat() -> None:
    assert [unit.name for unit in UNITS] == ["ledger-beat.service", "ledger-web@.service", "ledger-worker.service"]


def test_a_web_processs_port_is_held_open_while_it_is_restarted() -> None:
    service, socket = ((DEPLOY / "systemd" / f"ledger-web@.{kind}").read_text() for kind in ("service", "socket"))
    assert "Requires=ledger-web@%i.socket\n" in service
    assert "LEDGER_WEB_BIND=127.0.0.1:%i\n" in service
    assert "ListenStream=127.0.0.1:%i\n" in socket


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_is_confined_and_comes_back(unit: Path) -> None:
    parsed = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",))
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(unit)
    service = parsed["Service"]
    assert service["User"] == "ledger"
    assert service["Restart"] == "always"
    assert service["EnvironmentFile"] == "/etc/ledger/ledger.env"
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == service["ProtectHome"] == "yes"
    assert service["ExecStart"].startswith("/srv/ledger/.venv/bin/")
    assert parsed["Install"]["WantedBy"] == "multi-user.target"


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """`systemd-analyze verify` where there is one; the paths of a real installation do not exist here."""
    verify = shutil.which("systemd-analyze")
    words = 0
    for unit in UNITS:
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.MULTILINE)
        words += len(text.split())
        (tmp_path / unit.name).write_text(text)
    assert words > 150
    if verify:
        names = [str(tmp_path / unit.name.replace("@.", "@8001.")) for unit in UNITS]
        (tmp_path / "ledger-web@8001.service").symlink_to(tmp_path / "ledger-web@.service")
        shutil.copy(DEPLOY / "systemd" / "ledger-web@.socket", tmp_path / "ledger-web@8001.socket")
        said = subprocess.run([verify, "verify", *names], capture_output=True, text=True, check=False)
        assert [line for line in said.stderr.splitlines() if "ledger-" in line] == []


# --- Docker ----------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def test_compose_has_every_part(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"nginx", "web", "worker", "beat", "set-up", "mysql", "redis", "mongodb"}


def test_compose_watches_every_service_but_the_one_shot(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["set-up"]["healthcheck"] == {"disable": True}
    assert services["set-up"]["restart"] == "no"
    for name, service in services.items():
        if name != "set-up":
            assert service["healthcheck"]["test"], name
            assert service["restart"] == "unless-stopped", name


def test_compose_keeps_attached_files_in_one_volume(compose: dict[str, Any]) -> None:
    kept = "attachments:/var/lib/ledger/attachments"
    assert compose["services"]["web"]["volumes"] == compose["services"]["worker"]["volumes"] == [kept]
    assert "attachments" in compose["volumes"]
    assert "mkdir /var/lib/ledger/attachments" in (DEPLOY / "Dockerfile").read_text()  # owned by who runs there


def test_compose_publishes_nginx_only_and_keeps_databases_inside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["nginx"]
    for name in ("mysql", "redis", "mongodb"):
        assert compose["services"][name]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_compose_names_only_what_exists(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        for wanted, how in service.get("depends_on", {}).items():
            healthy = "service_completed_successfully" if wanted == "set-up" else "service_healthy"
            assert how == {"condition": healthy}, name
        volumes = [volume.split(":")[0] for volume in service.get("volumes", [])]
        for volume in volumes:
            assert volume in compose["volumes"] or (DEPLOY / volume).exists(), volume
    images = {service["image"] for service in services.values()}
    assert all(":" in image for image in images)


def test_compose_asks_only_for_variables_its_example_explains() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
    assert "LEDGER_SERVER_PASSWORD" in asked
    assert asked == _variables_in(DEPLOY / "compose.env.example")


def test_docker_itself_understands_compose(tmp_path: Path) -> None:
    """`docker compose config` where the client has compose; reading it as YAML everywhere."""
    copy = tmp_path / "compose.yaml"
    shutil.copy(DEPLOY / "compose.yaml", copy)
    (tmp_path / "ledger.env").write_text("LEDGER_SECRET_KEY=x\n")
    names = _variables_in(DEPLOY / "compose.env.example")
    (tmp_path / ".env").write_text("".join(f"{name}=8080\n" for name in names))
    assert yaml.safe_load(copy.read_text())["name"] == "ledger"
    has_compose = subprocess.run(["sh", "-c", "docker compose version"], capture_output=True, check=False)
    if has_compose.returncode == 0:
        said = subprocess.run(
            ["docker", "compose", "-f", str(copy), "config", "--quiet"], capture_output=True, text=True, check=False
        )
        assert said.stderr == ""


def test_the_dockerfile_copies_what_exists_and_all_of_the_application() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    copied = {word for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for word in line.split()[:-1]}
    assert [word for word in copied if not (ROOT / word).exists()] == []
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert packages <= copied
    assert {"manage.py", "templates", "webapp/"} <= copied


def test_the_images_do_not_run_as_root_and_say_how_they_are() -> None:
    stages = (DEPLOY / "Dockerfile").read_text().split("\nFROM ")
    final = {stage.split(" AS ")[1].split()[0]: stage for stage in stages[1:]}
    for name in ("app", "nginx"):
        users = re.findall(r"^USER (\S+)$", final[name], re.MULTILINE)
        assert users[-1] not in ("root", "0"), name
        assert "HEALTHCHECK" in final[name], name
    assert "--require-hashes" in final["packages"]
    assert not re.search(r"^ENV .*(SECRET|TOKEN_KEY|PASSWORD)", "\n".join(stages), re.MULTILINE)


def test_no_committed_text_names_a_package_registry() -> None:
    hosts = re.compile("|".join(("py" + "pi\\.org", "registry\\.npm" + "js", "python" + "hosted", "deb\\.deb" + "ian")))
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name and not name.endswith((".whl", ".png", ".webp"))]
    assert len(files) > 50
    assert [str(path) for path in files if path.is_file() and hosts.search(path.read_text(errors="ignore"))] == []
