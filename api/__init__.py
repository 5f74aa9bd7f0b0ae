"""The review service: JSON API under /api/v1 and server-rendered pages."""

from .app import create_app, serve

__all__ = ["create_app", "serve"]
