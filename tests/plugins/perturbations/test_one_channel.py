"""One channel is one channel of the file."""

import numpy as np

from earmark.audio import Audio, mix
from earmark.perturbation import Condition
from earmark_plugins.perturbations.one_channel import provide_perturbations

(ONE_CHANNEL,) = provide_perturbations()
LEFT, RIGHT = ONE_CHANNEL.levels
CHANNELS = np.array([[0.1, 0.5, -0.3], [0.2, 0.6, -0.2], [0.3, 0.7, -0.1]], np.float32)
"""Three samples of three channels."""


def apply(audio: Audio, level: float) -> Audio:
    return Condition(perturbation=ONE_CHANNEL, level=level).apply(audio, track="t")


def recording(channels: int) -> Audio:
    kept = CHANNELS[:, :channels]
    return Audio(samples=mix(kept), rate=8000, channels=kept)


def test_left_is_the_first_channel_and_right_the_second():
    for channels in (2, 3):
        np.testing.assert_array_equal(apply(recording(channels), LEFT).samples, np.array([0.1, 0.2, 0.3], np.float32))
        np.testing.assert_array_equal(apply(recording(channels), RIGHT).samples, np.array([0.5, 0.6, 0.7], np.float32))


def test_a_mono_recording_stays_as_it_is():
    audio = Audio(samples=CHANNELS[:, 0], rate=8000)
    for level in (LEFT, RIGHT):
        np.testing.assert_array_equal(apply(audio, level).samples, audio.samples)


def test_the_channels_are_left_alone():
    audio = recording(2)
    apply(audio, LEFT).samples[:] = 9.0
    np.testing.assert_array_equal(audio.channels, CHANNELS[:, :2])


def test_the_levels_have_names():
    assert [ONE_CHANNEL.spell(level) for level in ONE_CHANNEL.levels] == ["left", "right"]
