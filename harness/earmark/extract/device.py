"""Which device embeds."""

from earmark.errors import EarmarkError


def pick_device(name: str) -> str:
    """The device of that name, or with ``auto`` an accelerator if there is one; raises EarmarkError."""
    import torch  # noqa: PLC0415 - asked for only when something is embedded

    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        torch.empty(1, device=name)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise EarmarkError(f"Device {name!r} cannot be used ({reason}); --device auto takes what there is.") from error
    return name
