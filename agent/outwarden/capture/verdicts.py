"""What the exceptions of the HTTP clients mean, by the names of their classes: no client is imported for it."""

from __future__ import annotations

from typing import Final, Literal

Verdict = Literal["answered", "tls", "timeout", "unconnected", "network", "refused", "aborted"]
"""`answered`: the status tells. `unconnected`: network, whatever else is inside. `refused`: the client refused to send it."""

VERDICTS: Final[dict[str, Verdict]] = {
    # the standard library
    "builtins.ConnectionError": "network",
    "builtins.TimeoutError": "timeout",
    "http.client.HTTPException": "network",
    "http.client.InvalidURL": "refused",
    "socket.gaierror": "unconnected",
    "socket.herror": "network",
    "ssl.SSLError": "tls",
    "urllib.error.HTTPError": "answered",
    "urllib.error.URLError": "network",
    # requests
    "requests.exceptions.ChunkedEncodingError": "network",
    "requests.exceptions.ConnectTimeout": "timeout",
    "requests.exceptions.ConnectionError": "network",
    "requests.exceptions.ContentDecodingError": "network",
    "requests.exceptions.HTTPError": "answered",
    "requests.exceptions.InvalidHeader": "network",
    "requests.exceptions.InvalidSchema": "refused",
    "requests.exceptions.InvalidURL": "refused",
    "requests.exceptions.MissingSchema": "refused",
    "requests.exceptions.RetryError": "network",
    "requests.exceptions.SSLError": "tls",
    "requests.exceptions.Timeout": "timeout",
    # urllib3
    "urllib3.exceptions.HTTPError": "network",
    "urllib3.exceptions.LocationValueError": "refused",
    "urllib3.exceptions.NewConnectionError": "unconnected",
    "urllib3.exceptions.SSLError": "tls",
    "urllib3.exceptions.TimeoutError": "timeout",
    # httpx, and httpcore below it
    "httpcore.NetworkError": "network",
    "httpcore.ProtocolError": "network",
    "httpcore.ProxyError": "network",
    "httpcore.TimeoutException": "timeout",
    "httpx.DecodingError": "network",
    "httpx.HTTPStatusError": "answered",
    "httpx.InvalidURL": "refused",
    "httpx.LocalProtocolError": "aborted",
    "httpx.TimeoutException": "timeout",
    "httpx.TransportError": "network",
    "httpx.UnsupportedProtocol": "refused",
    # aiohttp
    "aiohttp.client_exceptions.ClientConnectionError": "network",
    "aiohttp.client_exceptions.ClientConnectorCertificateError": "tls",
    "aiohttp.client_exceptions.ClientConnectorDNSError": "unconnected",
    "aiohttp.client_exceptions.ClientHttpProxyError": "network",
    "aiohttp.client_exceptions.ClientPayloadError": "network",
    "aiohttp.client_exceptions.ClientResponseError": "answered",
    "aiohttp.client_exceptions.ClientSSLError": "tls",
    "aiohttp.client_exceptions.InvalidURL": "refused",
    "aiohttp.client_exceptions.NonHttpUrlClientError": "refused",
    "aiohttp.client_exceptions.ServerFingerprintMismatch": "tls",
    "aiohttp.client_exceptions.ServerTimeoutError": "timeout",
    "aiohttp.client_exceptions.TooManyRedirects": "aborted",
}
"""The nearest class above an exception's own that stands here decides."""
