"""What a person sees of the stand-in: who they are, and whether they agree."""

import html

LOGIN = """<!doctype html>
<html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kakao sandbox</title>
<h1>Kakao sandbox</h1>
<form method="post" action="/oauth/consent">
<p><label>카카오계정 <input name="account" value="sandbox" required maxlength="60"></label></p>
<p><label><input type="checkbox" name="talk_message" checked>
[선택] 카카오톡 메시지 전송 ({scope})</label></p>
<input type="hidden" name="redirect_uri" value="{redirect_uri}">
{state}
<p><button name="pressed" value="agree">동의하고 계속하기</button>
<button name="pressed" value="refuse">취소</button></p>
</form></html>
"""
MISTAKE = """<!doctype html>
<html lang="ko"><meta charset="utf-8"><title>Kakao sandbox</title>
<p>앱 관리자 설정 오류 ({code})</p></html>
"""


def login(redirect_uri: str, scope: str, state: str | None) -> str:
    """The page on which a person says who they are and agrees."""
    kept = "" if state is None else f'<input type="hidden" name="state" value="{_quoted(state)}">'
    return LOGIN.format(redirect_uri=_quoted(redirect_uri), scope=_quoted(scope), state=kept)


def mistake(code: str) -> str:
    """The page for what the app has done wrong."""
    return MISTAKE.format(code=code)


def _quoted(text: str) -> str:
    return html.escape(text, quote=True)
