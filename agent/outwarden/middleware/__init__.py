"""`middleware`: tells on whose behalf a web application makes its calls, for WSGI and for ASGI."""

from outwarden.middleware.asgi import AsgiMiddleware
from outwarden.middleware.wsgi import WsgiMiddleware

__all__ = ["AsgiMiddleware", "WsgiMiddleware"]
