"""What the pages with plots allow beside the policy of all pages: three styles of Plotly.

Each is named by its SHA-256: the style sheet of its maps, which are not used, an empty attribute,
and one that keeps the cells of a heat map sharp. Any other style is refused as everywhere.
"""

from fastapi import Response

POLICY_HEADER = "Content-Security-Policy"
STYLES = (
    "'unsafe-hashes' 'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o=' "
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
    "'sha256-AR/cKIZjWPcPmBUPDA6oti9XBiTbJvz0Cro2J1VzzS8='"
)


def with_plots(page: Response) -> Response:
    """The page, on which Plotly may draw."""
    policy = page.headers[POLICY_HEADER]
    page.headers[POLICY_HEADER] = policy.replace("style-src 'self'", f"style-src 'self' {STYLES}")
    return page
