"""What every bundled perturbation has in common, walked module by module."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

import numpy as np
import pytest
from blake3 import blake3

import earmark_plugins.perturbations
import earmark_plugins.presets
from earmark.audio import Audio, mix
from earmark.perturbation import Condition, Perturbation
from earmark.target import FAMILIES, FORMS, KEYS, Label, Target, Timeline, check_label

MODULES = sorted(m.name for m in iter_modules(earmark_plugins.perturbations.__path__, "earmark_plugins.perturbations."))
PRESET_MODULES = sorted(m.name for m in iter_modules(earmark_plugins.presets.__path__, "earmark_plugins.presets."))
PROVIDED = {name: import_module(name).provide_perturbations() for name in MODULES}
PRESETS = [preset for name in PRESET_MODULES for preset in import_module(name).provide_presets()]
BY_NAME = {p.name: p for provided in PROVIDED.values() for p in provided}
each_module = pytest.mark.parametrize("module", [*MODULES, *PRESET_MODULES])
each_perturbation = pytest.mark.parametrize("perturbation", BY_NAME.values(), ids=BY_NAME)
HEAVY = (
    "fast_mp3_augment",
    "librosa",
    "matplotlib",
    "numba",
    "pandas",
    "python_stretch",
    "scipy",
    "sklearn",
    "soundfile",
    "soxr",
    "torch",
)
TIMELINE = Timeline(edges_s=(0.5, 10.0, 20.0, 30.0), labels=("verse", "chorus", "verse"))
LABELS: tuple[tuple[Target, tuple[Label, ...]], ...] = (
    (Target(name="tempo", family="tempo", form="tempo"), (120.0,)),
    (Target(name="key", family="key", form="key"), KEYS),
    (Target(name="segments", family="segmentation", form="timeline"), (TIMELINE,)),
)


def music(rate: int = 44_100, seconds: float = 2.0, channels: int = 1) -> Audio:
    """Chords that change twice a second over a beat, 0.5 high, with a little noise; channels differ."""
    time = np.arange(round(rate * seconds)) / rate
    root_hz = 220.0 * 2 ** ((np.floor(2 * time) * 5 % 12) / 12)
    chord = sum(np.sin(2 * np.pi * root_hz * ratio * time) / ratio for ratio in (1.0, 1.25, 1.5, 4.0))
    beat = np.exp(-20 * (2 * time % 1)) * np.random.default_rng(0).normal(0, 1, len(time))
    both = np.stack([chord + 0.5 * beat, 0.5 * chord + beat], axis=1)[:, :channels].astype(np.float32)
    kept = np.ascontiguousarray(0.5 * both / np.abs(both).max())
    return Audio(samples=mix(kept), rate=rate, channels=kept if channels > 1 else None)


SIGNALS = {
    "music": music(),
    "short": music(seconds=0.05),
    "silence": Audio(samples=np.zeros(88_200, np.float32), rate=44_100),
    "8 kHz": music(8000),
    "48 kHz": music(48_000, 1.0),
    "odd rate": music(44_056, 0.5),
    "192 kHz": music(192_000, 0.3),
    "stereo": music(seconds=1.0, channels=2),
}


def checksums(names: Iterable[str]) -> dict[str, str]:
    """By perturbation: a checksum of what its most severe level makes of a stereo recording."""
    return {name: _checksum(BY_NAME[name]) for name in names}


def _checksum(perturbation: Perturbation) -> str:
    changed = perturbation.perturb(SIGNALS["stereo"], perturbation.levels[-1], track="t", seed=1)
    return blake3(changed.samples.tobytes() + str(changed.rate).encode()).hexdigest()


def test_every_module_is_declared_as_a_plugin():
    """If this fails, add the module to [project.entry-points.earmark] and install again: pip install -e ."""
    declared = {e.value for e in entry_points(group="earmark")}
    assert {*MODULES, *PRESET_MODULES} <= declared


@pytest.mark.parametrize("module", MODULES)
def test_a_file_provides_one_perturbation_of_its_name(module):
    assert [p.name for p in PROVIDED[module]] == [module.rpartition(".")[2].replace("_", "-")]


@each_module
def test_its_docstring_says_source_and_licence(module):
    text = import_module(module).__doc__
    assert "Source: " in text
    assert "Licence" in text


@each_perturbation
def test_it_says_what_it_is_and_where_it_comes_from(perturbation):
    assert perturbation.version
    assert perturbation.license
    assert perturbation.source
    assert perturbation.summary.endswith(".")


def test_listing_the_perturbations_imports_nothing_heavy():
    code = (
        "import json, sys\nfrom importlib import import_module\n"
        f"for m in {MODULES!r}: import_module(m).provide_perturbations()\n"
        f"for m in {PRESET_MODULES!r}: import_module(m).provide_presets()\n"
        f"print(json.dumps([h for h in {HEAVY!r} if h in sys.modules]))"
    )
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(listed.stdout) == []


@each_perturbation
@pytest.mark.parametrize("signal", SIGNALS)
def test_every_level_of_the_ladder_gives_audio(perturbation, signal):
    """`Condition.apply` refuses what is not float32 [samples], finite and not empty."""
    for level in perturbation.levels:
        changed = Condition(perturbation=perturbation, level=level).apply(SIGNALS[signal], track="t")
        assert changed.samples.dtype == np.float32
        assert len(changed.samples)
        assert np.isfinite(changed.samples).all()
        assert changed.channels is None


@each_perturbation
def test_a_second_call_gives_the_same_bytes(perturbation):
    assert _checksum(perturbation) == _checksum(perturbation)


def test_another_process_and_another_order_give_the_same_bytes():
    code = (
        "import importlib.util, json\n"
        f"spec = importlib.util.spec_from_file_location('anatomy', {__file__!r})\n"
        "anatomy = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(anatomy)\n"
        "print(json.dumps(anatomy.checksums(reversed(list(anatomy.BY_NAME)))))"
    )
    elsewhere = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(elsewhere.stdout) == checksums(BY_NAME)


@each_perturbation
def test_the_recording_is_left_as_it_was(perturbation):
    stereo = SIGNALS["stereo"]
    audio = replace(stereo, samples=stereo.samples.copy(), channels=stereo.channels.copy())
    perturbation.apply(audio, perturbation.levels[-1], perturbation.chance("t"))
    np.testing.assert_array_equal(audio.samples, stereo.samples)
    np.testing.assert_array_equal(audio.channels, stereo.channels)


@pytest.mark.parametrize("perturbation", [p for p in BY_NAME.values() if p.neutral is not None], ids=lambda p: p.name)
def test_what_changes_nothing_changes_nothing(perturbation):
    for signal in ("music", "short", "48 kHz"):
        condition = Condition(perturbation=perturbation, level=perturbation.neutral)
        assert condition.leaves(SIGNALS[signal], condition.apply(SIGNALS[signal], track="t"))


@each_perturbation
@pytest.mark.parametrize(("target", "labels"), LABELS, ids=lambda part: getattr(part, "name", ""))
def test_a_moved_label_is_a_label_or_not_known(perturbation, target, labels):
    for level in perturbation.levels:
        for label in labels:
            moved = perturbation.moved(target, label, level)
            assert moved is None or not check_label(target, moved)


@each_perturbation
def test_what_does_not_move_stays(perturbation):
    still = [(target, labels) for target, labels in LABELS if target.form not in perturbation.moves]
    others = [f for f in FAMILIES if f not in ("tempo", "key", "segmentation") and f not in perturbation.moves]
    still += [(Target(name=family, family=family, form="class", classes=("x",)), ("x",)) for family in others]
    assert all(form in (*FORMS, *FAMILIES) for form in perturbation.moves)
    for target, labels in still:
        assert all(perturbation.moved(target, x, level) == x for x in labels for level in perturbation.levels)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_names_conditions_that_there_are(preset):
    assert preset.source
    assert preset.summary.endswith(".")
    for name, level in preset.conditions:
        assert Condition(perturbation=BY_NAME[name], level=level).name
