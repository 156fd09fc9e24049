"""The ways to each person: an address of Apprise, a KakaoTalk account, a browser's push."""
