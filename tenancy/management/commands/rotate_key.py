from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from tenancy import keys
from tenancy.management.operator import OperatorCommand

STEPS = ("status", "accept", "use", "encrypt", "retire")


class Command(OperatorCommand):
    help = (
        "Rotate a key of the installation, nobody logged out and nothing interrupted. In this order: `accept` adds a "
        "new key that every process accepts, `use` puts it in front, `encrypt` (credential only) encrypts all stored "
        "passwords again, `retire` removes the old one. Restart all processes after each step but `encrypt`. The keys "
        "are in the environment: with --file the step changes that file, without it prints the new line."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(keys.KINDS), help="token: log-ins; secret: Django's; credential")
        parser.add_argument("step", choices=STEPS)
        parser.add_argument("--file", type=Path, help="the environment file, such as /etc/ledger/ledger.env")

    def work(self, **options: Any) -> Any:
        kind, step, file = keys.KINDS[options["kind"]], options["step"], options["file"]
        try:
            now = keys.keys_in(file, kind.variable) if file else kind.in_use()
            if step == "status":
                return self._status(options["kind"], now)
            if step == "encrypt":
                return self._encrypt(options["kind"])
            if step == "retire" and options["kind"] == "credential":
                self._check_retiring(now)
            after = {"accept": lambda: keys.accept(now, kind.make), "use": lambda: keys.use(now)}.get(
                step, lambda: keys.retire(now)
            )()
        except keys.WrongStep as problem:
            raise CommandError(str(problem)) from problem
        return self._change(options["kind"], step, file, after)

    def _status(self, name: str, now: list[str]) -> Any:
        old = keys.old_ones() if name == "credential" else 0
        self.say(f"{keys.KINDS[name].variable} has {len(now)} key{'s' if len(now) > 1 else ''}.")
        if name == "credential":
            self.say(f"{old} stored secrets are not encrypted with the first one.")
        return {"kind": name, "keys": len(now), "to_encrypt": old}

    def _encrypt(self, name: str) -> Any:
        if name != "credential":
            raise CommandError("Only credentials are stored encrypted; go on with `retire`.")
        changed = keys.encrypt_again()
        self.say(f"{changed} stored secrets were encrypted with the first key.")
        return {"kind": name, "encrypted": changed}

    def _check_retiring(self, now: list[str]) -> None:
        if now[0] != keys.KINDS["credential"].in_use()[0]:
            raise CommandError("This command runs with other keys than the file has: restart with `use` done first.")
        left = keys.old_ones()
        if left:
            raise CommandError(f"{left} stored secrets need the old key: `rotate_key credential encrypt` first.")

    def _change(self, name: str, step: str, file: Path | None, after: list[str]) -> Any:
        kind = keys.KINDS[name]
        if file is not None:
            keys.write(file, kind.variable, after)
            self.say(f"{file} is changed. Restart all processes.")
        else:
            self.say(f"Put this into the environment and restart all processes:\n{kind.variable}={','.join(after)}")
        until = timezone.now() + kind.wait()
        encrypt = "`rotate_key credential encrypt`, and " if name == "credential" else ""
        self.say(
            {
                "accept": f"Then: `rotate_key {name} use`.",
                "use": f"Then: {encrypt}from {until:%Y-%m-%d %H:%M} UTC on `rotate_key {name} retire`; earlier only if "
                "the old key is known to others.",
                "retire": "Then nothing that the old key signed or encrypted is accepted any more.",
            }[step]
        )
        answer: dict[str, Any] = {"kind": name, "step": step, "keys": len(after)}
        return answer if file else {**answer, "line": f"{kind.variable}={','.join(after)}"}
