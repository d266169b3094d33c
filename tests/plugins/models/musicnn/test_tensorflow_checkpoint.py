from base64 import b64decode

import numpy as np
import pytest

from earmark.errors import PluginError
from earmark_plugins.models.musicnn.tensorflow_checkpoint import TRAILER_BYTES, crc32c, masked, read_checkpoint

INDEX = b64decode(
    "AAAGCAEaAggBAAsPY29udjJkL2JpYXMIARIEEgIIAigINUIe8PwLBREvQWRhbQgBEgQSAggCIAgoCDVya+SyBwYVa2VybmVsCAESCBICCAIS"
    "AggDIBAoGDX+jmqdAAQNc3RlcAgJEgAgKCgINdzgTAoABhF0aGlyZHMIAhIEEgIIAiAwKBA1FuonugAAAAABAAAAAGsc87EAAAAAAQAAAADA"
    "8qGwAAEDdQCTAQAAAAABAAAAANGYRkeYAQilAQ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAV/uAiyR1R9s="
)
DATA = b64decode("AAAAPwAAAL8AAIA+AABAPwAAwD8AABDAAABAQAAAAABvEoM6ACR0yfn/////////VVVVVVVV1T9VVVVVVVXlPw==")
"""What TensorFlow 2.21 wrote: tf.compat.v1.train.Saver().save(session, "tiny") of the variables below."""
WRITTEN = {
    "conv2d/kernel": np.array([[1.5, -2.25, 3.0], [0.0, 1e-3, -1e6]], np.float32),
    "conv2d/bias": np.array([0.5, -0.5], np.float32),
    "conv2d/bias/Adam": np.array([0.25, 0.75], np.float32),
    "step": np.array(-7, np.int64),
    "thirds": np.array([1 / 3, 2 / 3]),
}
FIRST_BLOCK = 147
"""Bytes of the block of entries, as the index of the table, near its end, says: 0x93 0x01."""


def everything(name: str) -> bool:
    return True


def test_what_tensorflow_wrote_is_read():
    found = read_checkpoint(INDEX, DATA, everything)
    assert found.keys() == WRITTEN.keys()
    for name, tensor in WRITTEN.items():
        np.testing.assert_array_equal(found[name], tensor, strict=True)


def test_only_what_is_wanted_is_read():
    found = read_checkpoint(INDEX, DATA[:8], lambda name: name == "conv2d/bias")  # the rest is not even there
    assert list(found) == ["conv2d/bias"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [(bytes(32), 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43), (bytes(range(32)), 0x46DD794E)],
    ids=["zeros", "ones", "ascending"],
)
def test_the_checksum_is_that_of_rfc_3720(data, expected):
    assert crc32c(data) == expected  # appendix B.4


def test_a_changed_byte_of_a_tensor_is_found():
    for at in range(len(DATA)):
        changed = DATA[:at] + bytes([DATA[at] ^ 1]) + DATA[at + 1 :]
        with pytest.raises(PluginError, match="checksum of"):
            read_checkpoint(INDEX, changed, everything)


def test_a_changed_byte_of_the_index_gives_an_error_or_nothing_else():
    for at in range(len(INDEX)):
        changed = INDEX[:at] + bytes([INDEX[at] ^ 1]) + INDEX[at + 1 :]
        try:
            found = read_checkpoint(changed, DATA, everything)
        except PluginError:
            continue
        assert all(np.array_equal(found[name], tensor) for name, tensor in WRITTEN.items())  # padding, or unused


def test_an_index_cut_anywhere_is_refused():
    for length in range(len(INDEX)):
        with pytest.raises(PluginError, match="obtain it again"):
            read_checkpoint(INDEX[:length], DATA, everything)


def test_data_cut_short_is_refused():
    with pytest.raises(PluginError, match="thirds does not fit its 15 bytes"):
        read_checkpoint(INDEX, DATA[:-1], everything)


def test_a_compressed_block_is_refused_in_words():
    checksum = masked(crc32c(INDEX[:FIRST_BLOCK] + b"\x01")).to_bytes(4, "little")  # 1: snappy
    compressed = INDEX[:FIRST_BLOCK] + b"\x01" + checksum + INDEX[FIRST_BLOCK + TRAILER_BYTES :]
    with pytest.raises(PluginError, match="is compressed"):
        read_checkpoint(compressed, DATA, everything)


def test_another_kind_of_file_is_refused_in_words():
    with pytest.raises(PluginError, match="does not end as a LevelDB table does"):
        read_checkpoint(b"PK" + bytes(100), DATA, everything)
