import numpy as np
import pytest

from modeling.perception.looks.cube import CubeError, cube_text, read_cube
from modeling.perception.looks.lut import Lut, grid_colours

HEAD = "LUT_3D_SIZE 2\n"
BODY = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n"


def read(tmp_path, text):
    path = tmp_path / "look.cube"
    path.write_text(text, encoding="utf-8")
    return read_cube(path)


@pytest.mark.parametrize("size", [2, 17])
def test_what_is_written_is_read_again(tmp_path, size):
    colours = np.random.default_rng(0).random((size, size, size, 3), dtype=np.float32)
    read_again = read(tmp_path, cube_text(Lut(colours), 'a "warm"\nlook'))
    np.testing.assert_allclose(read_again.table, colours, atol=6e-8)


def test_comments_titles_and_empty_lines_are_passed_over(tmp_path):
    lut = read(tmp_path, f'# made by hand\nTITLE "x"\n\n{HEAD}{BODY}# the end\n')
    np.testing.assert_array_equal(lut.table, Lut.identity(2).table)


@pytest.mark.parametrize(
    "domain", ["DOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 3 3 3\n", "LUT_3D_INPUT_RANGE -1 3\n"]
)
def test_of_another_domain_the_part_within_is_kept(tmp_path, domain):
    lut = read(tmp_path, HEAD + domain + BODY)
    np.testing.assert_allclose(lut.table.reshape(-1, 3), (grid_colours(65) + 1) / 4, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no LUT_3D_SIZE"),
        (BODY, "line 1: a colour, expected LUT_3D_SIZE"),
        ("LUT_1D_SIZE 2\n0 0 0\n", "line 1: 'LUT_1D_SIZE'"),
        ("LUT_3D_SIZE 1\n", "line 1: LUT_3D_SIZE 1, expected 2 to 65"),
        ("LUT_3D_SIZE 99999\n", "expected 2 to 65"),
        ("LUT_3D_SIZE two\n", "expected 2 to 65"),
        (HEAD + "0 0\n", "line 2: '0 0', expected 3 numbers"),
        (HEAD + "0 0 zero\n", "line 2: '0 0 zero', expected 3 numbers"),
        (HEAD + "nan 0 0\n", "line 2: 'nan 0 0', expected 3 numbers"),
        (HEAD + "0 0 1e999\n", "expected 3 numbers"),
        (HEAD + "0 0 0\n", "the file ends after 1 colours, expected 8"),
        (HEAD + BODY + "0 0 0\n", "line 10: one colour more than the 8"),
        (HEAD + "DOMAIN_MAX 0 1 1\n" + BODY, "expected less than DOMAIN_MAX"),
        ("\x00\x01PNG\n", "line 1"),
    ],
)
def test_a_bad_file_is_refused_with_the_line(tmp_path, text, reason):
    with pytest.raises(CubeError, match=reason):
        read(tmp_path, text)
