"""What a wheel says of itself, read without running anything of it."""

import configparser
import re
from email.message import Message
from email.parser import Parser
from pathlib import Path

from earmark.errors import SubmissionError
from earmark.submit.plugin.environment import from_address, is_missing
from earmark.submit.plugin.record import Dependency, EntryPoint, File, Papers

NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
"""A distribution's name, as the packaging standards have it."""
MOST_BYTES = 1_000_000
"""Of a file of metadata."""
KNOWN = frozenset({
    "audiomentations", "audioread", "av", "beartype", "demucs", "earmark", "einops", "encodec", "fairseq",
    "hear21passt", "huggingface-hub", "jax", "julius", "keras", "laion-clap", "librosa", "lightning",
    "mir-eval", "msclap", "msgpack", "muq", "nnaudio", "numba", "numpy", "omegaconf", "onnxruntime", "openl3",
    "packaging", "pandas", "panns-inference", "pooch", "protobuf", "pyarrow", "pydantic", "pytest",
    "pytorch-lightning", "pyyaml", "requests", "resampy", "safetensors", "scikit-learn", "scipy", "soundfile",
    "soxr", "tensorflow", "timm", "tokenizers", "torch", "torchaudio", "torchlibrosa", "torchvision", "tqdm",
    "transformers", "typing-extensions",
})  # fmt: skip
"""Packages that models of music commonly need; any other is worth a look."""


def read_papers(folder: Path) -> Papers:
    """Read the metadata of an unpacked wheel; raises SubmissionError for a wheel without, or with names of markup."""
    home = _info(folder)
    head = Parser().parsestr(_bytes(home / "METADATA").decode("utf-8", errors="replace"), headersonly=True)
    name, version = _checked(_said(head, "Name"), _said(head, "Version"))
    return Papers(
        name=name,
        version=version,
        summary=_said(head, "Summary"),
        license=_license(head),
        source=_source(head),
        requires_python=_said(head, "Requires-Python"),
        dependencies=tuple(_dependency(str(text)) for text in head.get_all("Requires-Dist", [])),
        entry_points=_entry_points(home / "entry_points.txt"),
        files=tuple(
            File(path=str(path.relative_to(folder)), bytes=path.stat().st_size)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        ),
    )


def _info(folder: Path) -> Path:
    homes = [path.parent for path in folder.glob("*.dist-info/METADATA")]
    if len(homes) != 1:
        raise SubmissionError(f"The wheel has {len(homes)} folders of metadata; a wheel has one.")
    return homes[0]


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise SubmissionError(f"{path.name} has {path.stat().st_size:,} bytes, more than any needs.")
    return path.read_bytes()


def _said(head: Message, field: str) -> str:
    return " ".join(str(head.get(field, "")).split())


def _checked(name: str, version: str) -> tuple[str, str]:
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - only where a plugin is reviewed

    if not NAME.fullmatch(name):
        raise SubmissionError(f"{name[:100]!a} is no name for a distribution: letters, digits and . _ - between them.")
    try:
        return name, str(Version(version))
    except InvalidVersion as error:
        raise SubmissionError(f"{version[:100]!a} is no version of a distribution (PEP 440).") from error


def _license(head: Message) -> str:
    """The licence's expression, or its text's first words, or what the classifiers say."""
    classified = [str(c).rpartition(" :: ")[2] for c in head.get_all("Classifier", []) if str(c).startswith("License")]
    return _said(head, "License-Expression") or _said(head, "License")[:200] or ", ".join(classified)


def _source(head: Message) -> str:
    """Where its author says that it comes from."""
    return "; ".join(filter(None, [_said(head, "Home-page"), *map(str, head.get_all("Project-URL", []))]))


def _dependency(text: str) -> Dependency:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    try:
        name = canonicalize_name(Requirement(text).name)
    except InvalidRequirement:
        return Dependency(asked=text, known=False, here=False)
    known = name in KNOWN and not from_address(text)  # from an address it is not the known one of that name
    return Dependency(asked=text, known=known, here=not is_missing(text))


def _entry_points(path: Path) -> tuple[EntryPoint, ...]:
    """Read entry_points.txt, where there is one; raises SubmissionError for one that cannot be read."""
    if not path.exists():
        return ()
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # names keep their capitals
    try:
        parser.read_string(_bytes(path).decode("utf-8"))
    except (configparser.Error, UnicodeDecodeError) as error:
        raise SubmissionError(f"entry_points.txt cannot be read ({' '.join(str(error).split())}).") from error
    return tuple(
        EntryPoint(group=group, name=name, value=value)
        for group in parser.sections()
        for name, value in parser.items(group)
    )
