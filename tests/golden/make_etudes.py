"""Write tests/golden/etudes.json anew: ``python tests/golden/make_etudes.py``, after raising corpus.VERSION."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from earmark_benchmarks.etudes.corpus import VERSION, make_pieces, plan

GOLDEN = Path(__file__).parent / "etudes.json"


def golden() -> dict[str, object]:
    """Digest of the samples of the first piece of each split of etudes-small, and the version they belong to."""
    firsts = tuple(piece for piece in plan("etudes-small") if piece.id.endswith("0000"))
    with TemporaryDirectory() as folder:
        index = make_pieces(Path(folder), firsts, workers=1)
    return {"version": VERSION, "pcm_blake3": {record["id"]: record["pcm_blake3"] for record in index}}


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), indent=2) + "\n", encoding="utf-8")
