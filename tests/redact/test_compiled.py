"""The wheel whose redaction is compiled, built and used as a user would, gives what the sources give."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from outwarden.redact import Redactor

ROOT = Path(__file__).parents[2]
SOURCES = ("agent", "examples", "pyproject.toml", "README.md", "LICENSE", ".gitignore")
CHILD = """
import pickle, sys
from outwarden.redact import Redactor, walk

secrets, events, texts = pickle.load(sys.stdin.buffer)
redactor = Redactor(secrets=secrets, pseudonym_key=b"k" * 32)
deep = "x"
for _ in range(100_000):
    deep = {"a": [deep]}
results = [redactor.event(event) for event in events], [redactor.text(text) for text in texts]
pickle.dump((walk.__file__, results, redactor.event({"deep": deep})), sys.stdout.buffer)
"""

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy of the sources, which compiled files must not stand beside.

    The C compiler is told to optimise nothing, which halves the time; what the code means is settled before.
    """
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None or not Path(sysconfig.get_paths()["include"], "Python.h").exists():
        pytest.skip("no C compiler, or no headers of Python")
    place = tmp_path_factory.mktemp("compiled")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
        else:
            shutil.copy(source, place)
    settings = place / "pyproject.toml"
    quick = settings.read_text().replace('opt_level = "2"', 'opt_level = "0"')
    assert quick != settings.read_text()
    settings.write_text(quick)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", place / "dist", place],
        env=os.environ | {"HATCH_BUILD_HOOKS_ENABLE": "1", "HATCH_BUILD_CLEAN_HOOKS_AFTER": "1"},
        check=True,
    )
    assert list(place.rglob("agent/**/*.so")) == []
    (built,) = (place / "dist").glob("*.whl")
    return built


def test_the_compiled_engine_changes_nothing_but_the_time(wheel, tmp_path, corpus, bombs, ordinary):
    """Events of the corpus, ordinary texts, those made to take long, and what is nested too deeply for any stack."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    events = [case.event for case in corpus.cases(1500, seed=20261128)] + [event for _, event in bombs.events()]
    texts = [text for made in (bombs.nested(), bombs.mixtures(60), ordinary.texts().items()) for _, text in made]

    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=pickle.dumps((corpus.KNOWN, events, texts)),
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        check=True,
    )
    place, results, deep = pickle.loads(child.stdout)

    redactor = Redactor(secrets=corpus.KNOWN, pseudonym_key=b"k" * 32)
    assert Path(place).suffix == ".so"
    assert Path(place).is_relative_to(tmp_path)
    assert results == ([redactor.event(event) for event in events], [redactor.text(text) for text in texts])
    assert deep == {"redaction_error": "TooMuch"}
