"""What `make dist` builds, installed into an empty environment without the checkout: it scores at once and retrains, offline."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from classifier import Classifier
from classifier.artifact import FILES

pytestmark = [pytest.mark.slow, pytest.mark.wheel]
ROOT = Path(__file__).resolve().parent.parent
ARTICLE = "Kava drops reverse arthritis in just seven days. They have no side effects at all, so you can throw away your tablets.\n"
OURS = ("CAVEAT_", "PYTHON", "MAKE", "MFLAGS", "VIRTUAL_ENV", "COV_")
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
NETWORK_REFUSED = 97
# Goes into the environment under test, where it stands in front of every Python process, those that train among them.
GUARD = f"""
import os, sys

def refuse(event, arguments):
    named = event in ("socket.getaddrinfo", "socket.gethostbyname")
    if named or event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        os.write(2, b"reached for the network\\n")
        os._exit({NETWORK_REFUSED})

sys.addaudithook(refuse)
"""


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel and what it depends on, an empty folder to run from and an empty CAVEAT_HOME."""

    bin: Path
    here: Path
    home: Path

    def run(self, name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        env = ENVIRONMENT | {"CAVEAT_HOME": str(self.home), "HOME": str(self.here), "PATH": str(self.bin)}
        command = [str(self.bin / name), *map(str, arguments)]
        return subprocess.run(command, cwd=self.here, env=env, capture_output=True, encoding="utf-8", check=False)

    def caveat(self, *arguments: str | Path) -> str:
        """Standard output of a command that must succeed."""
        done = self.run("caveat", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


def call(*command: str | Path) -> None:
    done = subprocess.run([*map(str, command)], env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by `make dist` itself, with the tools of the environment that runs the tests (`-o`: it is installed already)."""
    folder = tmp_path_factory.mktemp("dist")
    if shutil.which("make") is None:
        pytest.skip("needs make; on Debian: apt-get install make")
    call("make", "-C", ROOT, "-o", ".venv/.installed-dev", "dist", f"BIN={Path(sys.executable).parent}", f"DIST={folder}")
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    root = tmp_path_factory.mktemp("installed")
    for name in ("here", "home"):
        (root / name).mkdir()
    call(sys.executable, "-m", "venv", root / "env")
    python = root / "env" / "bin" / "python"
    call(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", ROOT / "requirements.lock")
    call(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel)
    (packages,) = (root / "env" / "lib").glob("python*/site-packages")
    (packages / "network_guard.py").write_text(GUARD, encoding="utf-8")
    (packages / "network_guard.pth").write_text("import network_guard\n", encoding="utf-8")
    return Installed(python.parent, root / "here", root / "home")


@pytest.fixture(scope="module")
def article(installed: Installed) -> Path:
    path = installed.here.parent / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shipped() -> Path:
    """The checkout's current model."""
    models = ROOT / "models"
    return models / str(json.loads((models / "registry.json").read_text(encoding="utf-8"))["aliases"]["current"])


@pytest.fixture(scope="module")
def retrained(installed: Installed) -> Path:
    """What `caveat train --out` makes of the corpus inside the wheel."""
    out = installed.here.parent / "retrained"
    said = installed.caveat("train", "--out", out)
    assert f"in {out}" in said
    return out


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_wheel_holds_the_corpus_and_the_model_to_the_byte(wheel: Path, shipped: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    corpus = {f"classifier/_shipped/training_data/{name}": data for name, data in files_below(ROOT / "training_data").items()}
    model = {f"classifier/_shipped/model/{name}": data for name, data in files_below(shipped).items() if name != "estimators.joblib"}
    assert {name: data for name, data in inside.items() if "/_shipped/" in name} == corpus | model
    top = {name.split("/")[0] for name in inside}
    assert top - {"classifier", "service"} == {name for name in top if name.endswith(".dist-info")}


def test_nothing_comes_from_the_checkout(installed: Installed) -> None:
    done = installed.run(
        "python", "-c", "import classifier, service, sys; print(classifier.__file__, service.__file__, *sys.path, sep='\\n')"
    )
    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in done.stdout
    assert done.stdout.count(str(installed.bin.parent)) >= 3


def test_the_network_is_refused(installed: Installed) -> None:
    """Else the other tests would say nothing of working offline."""
    for code in (
        "import urllib.request as u; u.urlopen('http://localhost:9')",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
    ):
        assert installed.run("python", "-c", code).returncode == NETWORK_REFUSED


def test_score_works_at_once(installed: Installed, article: Path, shipped: Path) -> None:
    result = json.loads(installed.caveat("score", article, "--format", "json"))
    expected = Classifier.load(shipped).score(ARTICLE, id=str(article))
    assert result["model"] == {"version": shipped.name, "sha256": expected.to_dict()["model"]["sha256"]}
    assert result == json.loads(json.dumps(expected.to_dict()))
    assert "violating" in {score["band"] for score in result["scores"].values()}
    assert list(installed.home.iterdir()) == [], "scoring leaves nothing behind"


def test_score_prints_for_people_too(installed: Installed, article: Path) -> None:
    printed = " ".join(installed.caveat("score", article).split())  # lines are wrapped to a width
    assert "no side effects" in printed
    assert "comparable rules" in printed


def test_the_corpus_inside_is_found_and_sound(installed: Installed) -> None:
    checked = installed.caveat("data", "check")
    counted = re.fullmatch(r"(.+ sentences, .+ documents), 0 problems\n", checked)
    assert counted, checked
    assert installed.caveat("data", "stats").startswith(f"{counted[1]}, ")


def test_train_retrains_and_the_model_scores(installed: Installed, article: Path, retrained: Path) -> None:
    result = json.loads(installed.caveat("score", article, "--model", retrained, "--format", "json"))
    assert result["model"]["version"] == json.loads((retrained / "manifest.json").read_text(encoding="utf-8"))["version"]
    assert "violating" in {score["band"] for score in result["scores"].values()}
    assert result["model"]["version"] in (retrained / "card.md").read_text(encoding="utf-8")


def test_training_is_reproducible(retrained: Path, shipped: Path) -> None:
    """Same corpus, code and lock: same bytes. Where `shipped` is of an older corpus or code, `caveat train` brings it up to date."""
    if ".data+" in shipped.name:
        pytest.skip("the current model is a residual on somebody's labels: promote the one it rests on with `caveat models promote`")
    for name in (*FILES, "manifest.json", "evaluation.json", "card.md"):
        assert (retrained / name).read_bytes() == (shipped / name).read_bytes(), f"{name} differs; run `caveat train` and test again"
