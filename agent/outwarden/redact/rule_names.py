"""Names of all rules that can be switched off. Known secrets and the structure of our own events are no rules."""

from __future__ import annotations

from typing import Final

from outwarden.redact import grammars, shapes

NAMES: Final = frozenset(
    (
        *(shape.rule for shape in shapes.SHAPES),
        *(grammar.rule for grammar in (*grammars.GRAMMARS, grammars.BOT)),
        *(
            "aws.signature",
            "aws.secret",
            "ansible.vault",
            "jwt",
            "pem",
            "mailchimp.key",
            "telegram.token",
            "slack.webhook",
        ),
        *(
            "text.secret",
            "text.webhook",
            "text.scheme",
            "text.header",
            "text.argument",
            "text.userinfo",
            "text.personal",
        ),
        *("text.number", "text.phone", "text.email", "text.ip", "text.card", "text.iban", "text.npwp", "text.nik"),
        *("key.secret", "key.maybe", "key.user", "key.number", "key.address", "key.personal", "key.house"),
    )
)
