"""Who asks a camera, as WS-Security has it."""

import base64
import re

from pydantic import SecretStr

from agent.onvif.login import Login
from agent.onvif.soap import password_digest, security


def test_digest_is_that_of_the_example_in_the_onvif_guide() -> None:
    nonce = base64.b64decode("LKqI6G/AikKCQrN0zqZFlg==")
    found = password_digest(nonce, "2010-09-16T07:50:45Z", "userpassword")
    assert found == "tuOSpGlFlIXsozq4HFNeeGeFLEI="


def test_token_has_the_time_of_the_camera_and_no_password() -> None:
    login = Login(user="a<b", password=SecretStr("open sesame"))
    token = security(login, 1_284_623_445.0)
    assert "2010-09-16T07:50:45Z" in token
    assert "<w:Username>a&lt;b<" in token
    assert "open sesame" not in token
    nonces = [re.findall("Nonce [^>]*>([^<]+)", security(login, 0.0)) for _ in range(2)]
    assert nonces[0] != nonces[1]
