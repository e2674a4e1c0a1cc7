"""Start the whole platform here: migrate, load the demo into an empty database, run web and worker until stopped."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
PYTHON = VENV / "bin" / "python"
PATIENCE = 90  # seconds until the port has to answer
PR_SET_PDEATHSIG = 1  # prctl(2), Linux


def environment() -> dict[str, str]:
    """The environment with what deploy/supervisord.conf needs filled in."""
    folder = (TOP / os.environ.get("DATA_DIR", "var")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    given = {name: value for name, value in os.environ.items() if value}
    defaults = {"HOST": "127.0.0.1", "PORT": "8000", "DEMO_SIGN_IN": "1", "PYTHONUNBUFFERED": "1"}
    if given.get("ENVIRONMENT", "local") != "local":
        del defaults["DEMO_SIGN_IN"]
    guard = "setpriv --pdeathsig TERM" if shutil.which("setpriv") else "env"
    return defaults | given | {"DATA_DIR": str(folder), "VENV": str(VENV), "LOG": "/dev/stdout", "GUARD": guard}


def flask(*words: str, env: dict[str, str]) -> None:
    """Run a flask command; a failure of it ends this program."""
    done = subprocess.run([PYTHON, "-m", "flask", "--app", "wsgi", *words], cwd=TOP, env=env)
    if done.returncode:
        sys.exit(done.returncode)


def refuse_used_port(host: str, port: int) -> None:
    """End with a sentence if somebody listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"{host}:{port} cannot be used: {error.strerror}. Choose another one: PORT={port + 1} make run")


def die_with_parent() -> None:
    """Ask Linux for a SIGTERM to this process should its parent vanish, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def make_was_interrupted() -> bool:
    """Whether only make got a SIGINT: unlike SIGTERM it does not pass it on, it lets go of its handler and waits."""
    status = Path("/proc", str(os.getppid()), "status")
    if "MAKELEVEL" not in os.environ or not status.exists():
        return False
    caught = next((line for line in status.read_text().splitlines() if line.startswith("SigCgt:")), "SigCgt: ff")
    return not int(caught.split()[1], 16) & 1 << (signal.SIGINT - 1)


def address(env: dict[str, str]) -> str:
    """Where a browser on this machine finds the platform."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(env["HOST"], env["HOST"])
    return f"http://{host}:{env['PORT']}"


def answers(url: str) -> bool:
    """Whether the health page answers 200."""
    try:
        with urllib.request.urlopen(url + "/health", timeout=3) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def announce(supervisor: subprocess.Popen[bytes], env: dict[str, str]) -> None:
    """Print the address and the accounts at the first answer; stop everything if there is none, or make was stopped."""
    interruptible = not make_was_interrupted()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and supervisor.poll() is None:
        if answers(address(env)):
            print("\nThe platform is ready.", flush=True)
            subprocess.run([PYTHON, "-m", "flask", "--app", "wsgi", "accounts"], cwd=TOP, env=env)
            print("\nCtrl-C stops web and worker.\n", flush=True)
            break
        time.sleep(0.3)
    if supervisor.poll() is None and time.monotonic() >= end:
        print(f"\n{address(env)}/health did not answer within {PATIENCE} s: stopped. The reason is above.", flush=True)
        supervisor.terminate()
    while supervisor.poll() is None:
        if interruptible and make_was_interrupted():
            supervisor.terminate()
            return
        time.sleep(1)


def serve(env: dict[str, str]) -> int:
    """Run the supervisor until it ends or a signal comes; answers its exit status."""
    command = [PYTHON, "-m", "supervisor.supervisord", "--nodaemon", "--configuration", TOP / "deploy/supervisord.conf"]
    if os.geteuid() == 0:
        command += ["--user", "root"]  # said outright, or it complains about not having been told
    supervisor = subprocess.Popen(
        command,
        cwd=TOP,
        env=env,
        stdin=subprocess.DEVNULL,
        # Through a pipe: /dev/stdout, which the supervisor opens anew, cannot be opened where stdout is a socket.
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # A session of its own: Ctrl-C reaches this program only, and it passes on one orderly SIGTERM.
        start_new_session=True,
        preexec_fn=die_with_parent,
    )
    stopped = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal stopped
        stopped = True
        supervisor.terminate()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    threading.Thread(target=announce, args=(supervisor, env), daemon=True).start()
    assert supervisor.stdout is not None
    while chunk := os.read(supervisor.stdout.fileno(), 65536):
        try:
            sys.stdout.buffer.write(chunk)
            sys.stdout.flush()
        except OSError:  # the terminal has gone; the platform is being stopped by its SIGHUP, or goes on unheard
            pass
    status = supervisor.wait()
    return 0 if stopped else status or 1


def main() -> int:
    """Prepare the database and serve."""
    if "MAKELEVEL" in os.environ:  # started by make, which must not be survived
        die_with_parent()
    env = environment()
    refuse_used_port(env["HOST"], int(env["PORT"]))
    flask("db", "upgrade", env=env)
    flask("demo", "--if-empty", env=env)
    return serve(env)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
