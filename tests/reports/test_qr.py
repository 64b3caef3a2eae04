"""The digest as a picture, read back by the rules of the standard."""

from __future__ import annotations

import hashlib

import pytest

from reports.qr import qr_svg
from tests.reports import qr_reading


@pytest.mark.parametrize("seed", range(20))
def test_the_picture_says_the_digest(seed):
    digest = hashlib.sha256(bytes([seed])).hexdigest()
    assert qr_reading.read(qr_reading.modules(qr_svg(digest))) == digest


def test_the_picture_has_white_around_it_and_an_alternative_text():
    svg = qr_svg("ab" * 32)
    assert 'viewBox="0 0 45 45"' in svg
    assert f'aria-label="QR code of the digest of this card, {"ab" * 32}"' in svg
    assert 'fill="white" d="M0 0h45v45h-45z"' in svg


def test_the_same_digest_gives_the_same_picture():
    assert qr_svg("0" * 64) == qr_svg("0" * 64)
    assert qr_svg("0" * 64) != qr_svg("1" + "0" * 63)
