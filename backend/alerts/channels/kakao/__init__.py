"""KakaoTalk's "send to me": the memo in the caregiver's own chat."""
