"""Raters by platform: their ids leave a platform's own tables only as keyed digests."""

from __future__ import annotations

import hashlib
import hmac


def digest(salt: str, platform_id: str) -> str:
    """HMAC-SHA-256 (RFC 2104) of a platform's id under the study's salt, as the rating page computes it.

    Args:
        salt: 32 hex digits; the key is the 16 bytes that they spell.
        platform_id: as the platform writes it; white space around it does not count.

    Returns:
        64 hex digits.
    """
    return hmac.new(bytes.fromhex(salt), platform_id.strip().encode(), hashlib.sha256).hexdigest()
