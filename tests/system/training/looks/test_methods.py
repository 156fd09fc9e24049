"""Each method learns, is exported, and does at run time what its network does. Needs torch."""

import hashlib

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from contract.looks import LearntFrom, LookFigures, LookMethod  # noqa: E402
from modeling.perception.detector.checkpoint import CheckpointError, save_manifest  # noqa: E402
from modeling.perception.looks.look import Look, LookManifest, small_copy  # noqa: E402
from modeling.perception.looks.lut import Lut, grid_colours  # noqa: E402
from modeling.training.looks.adaptive import fit_adaptive  # noqa: E402
from modeling.training.looks.examples import examples_of  # noqa: E402
from modeling.training.looks.exported import write_look  # noqa: E402
from modeling.training.looks.implicit import fit_implicit  # noqa: E402
from modeling.training.looks.least_squares import fit_lut  # noqa: E402
from modeling.training.looks.networks import AdaptiveLut, ImplicitLut, PlainLut  # noqa: E402
from modeling.training.looks.pairs import Pair  # noqa: E402


def noise(seed, low=0, high=256):
    return np.random.default_rng(seed).integers(low, high, (60, 80, 3), dtype=np.uint8)


def warmed(picture):
    shares = picture / 255 * [1.0, 0.8, 0.5] + [0.0, 0.1, 0.1]
    return np.rint(shares * 255).astype(np.uint8)


def bent(size=9):
    return Lut((grid_colours(size) ** 0.5).reshape(size, size, size, 3))


def unheard(_epoch):
    pass


def error(changed, expected):
    return np.abs(changed.astype(int) - expected).mean()


@pytest.fixture(scope="module")
def examples():
    return examples_of([Pair(str(at), noise(at), warmed(noise(at))) for at in range(4)], seed=0)


def test_least_squares_finds_the_table(examples):
    losses = []
    lut = fit_lut(examples, lambda epoch: losses.append(epoch.loss))
    assert error(lut.apply(noise(9)), warmed(noise(9))) < 1
    assert len(losses) == 3
    assert losses[-1] < 1e-4


def test_where_there_are_no_pairs_a_table_goes_on_and_never_turns_back():
    dark = noise(0, 0, 60)
    brighter = np.clip(dark.astype(int) * 3, 0, 255).astype(np.uint8)
    lut = fit_lut(examples_of([Pair("a", dark, brighter)], seed=0), unheard)
    greys = lut.at(np.linspace(0, 1, 33, dtype=np.float32)[:, None].repeat(3, axis=1))
    assert np.diff(greys, axis=0).min() > -0.01
    assert greys[20].min() > 0.6  # what none of the pictures had was brightened too


def test_an_adaptive_look_tells_pictures_apart():
    """The same colours are brightened between dark walls and left alone between bright ones."""
    pairs = [between_walls(at, wall) for at in range(8) for wall in (20, 230)]
    network = fit_adaptive(examples_of(pairs, seed=0), Lut.identity(9), 0, unheard, epochs=60)
    for wall in (20, 230):
        held_out = between_walls(9, wall)
        colours = torch.from_numpy(held_out.before.reshape(-1, 3).astype(np.float32) / 255)
        small = torch.from_numpy(small_copy(held_out.before))
        with torch.no_grad():
            changed = network(colours, small, torch.ones(1)).numpy() * 255
        one_table_at_best = 22  # the half way between 60 to 120 and its double
        middle = np.s_[:, 20:60]
        wrong = error(changed.reshape(held_out.after.shape)[middle], held_out.after[middle])
        assert wrong < one_table_at_best / 2


def between_walls(seed, wall):
    before = noise(seed, 60, 120)
    before[:, :20] = before[:, 60:] = wall
    after = before.copy()
    if wall < 100:
        after[:, 20:60] *= 2
    return Pair(f"{seed}-{wall}", before, after)


def test_an_implicit_look_keeps_both_of_its_styles(examples):
    network = fit_implicit(examples, 0, unheard, epochs=6)
    colours = grid_colours(9)
    with torch.no_grad():
        as_it_was, look = (
            network(torch.from_numpy(colours), torch.eye(2)[style]).numpy() for style in (0, 1)
        )
    assert np.abs(as_it_was - colours).mean() < 0.02
    expected = warmed((colours.reshape(1, -1, 3) * 255).astype(np.uint8)).reshape(-1, 3) / 255
    assert np.abs(look - expected).mean() < 0.03


def test_the_same_seed_gives_the_same_weights(examples):
    first, again, other = (fit_implicit(examples, seed, unheard, epochs=1) for seed in (0, 0, 1))
    weights = [one.layers[0].weight.detach().numpy() for one in (first, again, other)]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert (weights[0] != weights[2]).any()


def untrained(method):
    torch.manual_seed(0)
    if method is LookMethod.LUT:
        return PlainLut(bent())
    if method is LookMethod.IMPLICIT_LUT:
        return ImplicitLut(2)
    network = AdaptiveLut(bent())
    with torch.no_grad():
        network.head.weight.normal_(0, 0.5)
    return network


def saved(folder, method):
    network = untrained(method)
    assert write_look(network, method, folder / "model.onnx") <= 1e-4
    manifest = LookManifest(
        name="bent",
        method=method,
        learnt_from=LearntFrom.PAIRS,
        figures=LookFigures(pairs=0, held_out=0, seconds=0.0),
        weights_sha256=hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
    )
    save_manifest(folder, manifest)
    return network, Look.load(folder)


def test_a_table_comes_out_of_its_file_as_it_went_in(tmp_path):
    _, look = saved(tmp_path, LookMethod.LUT)
    np.testing.assert_allclose(look.lut(size=9).table, bent().table, atol=1e-6)
    picture = noise(1)
    np.testing.assert_array_equal(look.apply(picture), bent().apply(picture))
    half = look.lut(size=9, strength=0.5).table
    np.testing.assert_allclose(half, (bent().table + Lut.identity(9).table) / 2, atol=1e-6)


def test_an_adaptive_look_has_a_table_for_each_picture(tmp_path):
    network, look = saved(tmp_path, LookMethod.ADAPTIVE_LUT)
    dark, bright = noise(1, 0, 60), noise(2, 150, 256)
    assert np.abs(look.lut(dark).table - look.lut(bright).table).max() > 0.01
    np.testing.assert_array_equal(look.apply(dark), look.lut(dark).apply_once(dark))
    np.testing.assert_allclose(look.lut(size=9).table, bent().table, atol=1e-6)  # mean weights
    with torch.no_grad():
        inputs = (torch.from_numpy(each) for each in (grid_colours(9), small_copy(dark)))
        expected = network(*inputs, torch.ones(1)).numpy()
    np.testing.assert_allclose(look.lut(dark, size=9).table.reshape(-1, 3), expected, atol=1e-4)


def test_the_styles_of_an_implicit_look_are_blended_by_its_network(tmp_path):
    network, look = saved(tmp_path, LookMethod.IMPLICIT_LUT)
    for strength in (0.0, 0.3, 1.0):
        styles = torch.tensor([1 - strength, strength])
        with torch.no_grad():
            expected = network(torch.from_numpy(grid_colours(17)), styles).numpy()
        table = look.lut(size=17, strength=strength).table.reshape(-1, 3)
        np.testing.assert_allclose(table, expected, atol=1e-4)


def test_a_file_that_is_not_that_of_the_manifest_is_refused(tmp_path):
    saved(tmp_path, LookMethod.LUT)
    with (tmp_path / "model.onnx").open("ab") as file:
        file.write(b"x")
    with pytest.raises(CheckpointError, match="not the file that its manifest was written for"):
        Look.load(tmp_path)
