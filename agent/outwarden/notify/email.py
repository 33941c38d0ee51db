"""EmailChannel: mail by SMTP, as plain text."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import closing, suppress
from email.message import EmailMessage
from email.utils import formatdate
from typing import ClassVar, Final

from outwarden.config.notify import EmailChannel as Settings
from outwarden.errors import Rejected, Retry
from outwarden.notify.report import Message, bounded
from outwarden.polite import unwatched

LONGEST_SUBJECT: Final = 200
_PORTS: Final = {"starttls": 587, "ssl": 465, "none": 25}


class EmailChannel:
    """Sends one mail to all addresses. Without TLS nothing is sent, unless the server is this machine."""

    groups: ClassVar[bool] = True

    def __init__(self, settings: Settings, *, login: tuple[str, str] | None = None) -> None:
        """Keep the settings; nothing is sent yet.

        Args:
            settings: server and addresses.
            login: user name and password.
        """
        self._settings = settings
        self._login = login

    def deliver(self, message: Message) -> None:
        """Send it; see `Channel.deliver`."""
        mail = composed(message, self._settings.sender, self._settings.to)
        try:
            with unwatched(), closing(self._connect()) as server:
                if self._settings.tls == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self._login is not None:
                    server.login(*self._login)
                server.send_message(mail)
                # It is taken: what becomes of the farewell must not send it again.
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
        except smtplib.SMTPNotSupportedError:
            raise Retry("the mail server offers no STARTTLS, or no login") from None
        except smtplib.SMTPAuthenticationError:
            raise Retry("the mail server refused user name and password") from None
        except smtplib.SMTPRecipientsRefused as refusal:
            codes = [code for code, _ in refusal.recipients.values()]
            raise _refusal(max(codes) if all(code >= 500 for code in codes) else 450) from None
        except smtplib.SMTPResponseException as refusal:
            raise _refusal(refusal.smtp_code) from None
        except (OSError, smtplib.SMTPException) as error:
            raise Retry(f"the mail server cannot be reached ({type(error).__name__})") from None

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        port = settings.port or _PORTS[settings.tls]
        if settings.tls == "ssl":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(settings.host, port, timeout=settings.timeout_s, context=context)
        return smtplib.SMTP(settings.host, port, timeout=settings.timeout_s)


def composed(message: Message, sender: str, to: Sequence[str]) -> EmailMessage:
    """Give the mail. A header is one line of printable characters, so nothing can add another."""
    mail = EmailMessage()
    mail["Subject"] = bounded(message.title, LONGEST_SUBJECT)
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = f"<{message.id}@outwarden.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text + "\n")
    return mail


def _refusal(code: int) -> Retry | Rejected:
    """A code from 500 on stays; all others pass."""
    text = f"the mail server answered {code}"
    return Rejected([(0, text)]) if code >= 500 else Retry(text)
