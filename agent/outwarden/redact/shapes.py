"""Credentials that show what they are: each begins with a literal and goes on in a known alphabet.

To add one: a line in the table. The first word names the rule, the second is the literal (a credential is only looked for
where the literal is), the third the alphabet, the fourth the least number of characters after the literal. Lengths are
kept low on purpose: an excerpt that was cut in the middle of a key is still half a key. A literal behind `…` stands in the
middle of the credential: what is in front of it belongs to it.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from outwarden.apis.shapes import is_plain
from outwarden.redact.expression import expression

_ALPHABETS: Final = {
    "word": r"[A-Za-z0-9]",
    "tilde=": r"[A-Za-z0-9_~.=-]",
    "slug": r"[A-Za-z0-9_-]",
    "upper": r"[A-Z0-9]",
    "dots": r"[A-Za-z0-9_.-]",
    "base64": r"[A-Za-z0-9+/=_-]",
    "hex": r"[0-9a-fA-F]",
    "crypt": r"[A-Za-z0-9./$=,+_*:-]",
    "cookie": r"[A-Za-z0-9%/+=_-]",
    "tilde": r"[A-Za-z0-9_~.-]",
    "dashed": r"[A-Za-z0-9-]",
    "path": r"[A-Za-z0-9/_-]",
    "pipe": r"[A-Za-z0-9_|-]",
    "hook": r"[A-Za-z0-9%/_.=&?@-]",
    "url": r"[A-Za-z0-9%/_.=&?-]",
}

_TABLE: Final = """
    aws.key_id       AKIA             upper  8
    aws.key_id       ASIA             upper  8
    aws.key_id       ABIA             upper  8
    aws.key_id       ACCA             upper  8
    aws.key_id       AROA             upper  12
    aws.session      FwoGZXIv         base64 8
    aws.session      IQoJb3JpZ2lu     base64 8
    aws.session      FQoGZXIv         base64 8
    aws.bedrock      ABSKQmVkcm9ja0FQSUtleS base64 8
    aws.bedrock      ABSK             base64 60
    aws.mws          amzn.mws.        slug   16
    azure.secret     …7Q~             tilde  20
    azure.secret     …8Q~             tilde  20
    azure.devops     …AZDO            word   4
    alibaba.key_id   LTAI             word   10
    tencent.key_id   AKID             word   20
    google.api_key   AIza             slug   12
    google.oauth     ya29.            dots   12
    google.secret    GOCSPX-          slug   8
    google.refresh   1//0             slug   16
    github.token     ghp_             word   8
    github.token     gho_             word   8
    github.token     ghu_             word   8
    github.token     ghs_             word   8
    github.token     ghr_             word   8
    github.token     github_pat_      slug   8
    gitlab.token     glpat-           dots   8
    gitlab.token     gldt-            slug   8
    gitlab.token     glrt-            dots   8
    gitlab.token     glft-            slug   8
    gitlab.token     glimt-           slug   8
    gitlab.token     glagent-         slug   8
    gitlab.token     glffct-          slug   8
    gitlab.token     glwt-            slug   8
    gitlab.token     glcbt-           slug   8
    gitlab.token     glptt-           slug   8
    gitlab.token     glsoat-          slug   8
    gitlab.token     gloas-           slug   8
    gitlab.token     GR1348941        slug   8
    slack.token      xoxb-            slug   8
    slack.token      xoxp-            slug   8
    slack.token      xoxa-            slug   8
    slack.token      xoxr-            slug   8
    slack.token      xoxs-            slug   8
    slack.token      xoxo-            slug   8
    slack.token      xoxe             dots   12
    slack.token      xoxd-            cookie 8
    slack.token      xapp-            slug   8
    slack.webhook    hooks.slack.com/ path   8
    teams.webhook    .webhook.office.com/ hook 8
    discord.webhook  discord.com/api/webhooks/    path 8
    discord.webhook  discordapp.com/api/webhooks/ path 8
    stripe.key       sk_live_         word   8
    stripe.key       sk_test_         word   8
    stripe.key       rk_live_         word   8
    stripe.key       rk_test_         word   8
    stripe.webhook   whsec_           base64 8
    openai.key       sk-proj-         slug   8
    openai.key       sk-svcacct-      slug   8
    openai.key       sk-admin-        slug   8
    anthropic.key    sk-ant-          slug   8
    openrouter.key   sk-or-           slug   8
    openai.key       sk-              slug   16
    openai.key       …T3BlbkFJ        slug   8
    langfuse.key     sk-lf-           slug   8
    groq.key         gsk_             word   12
    huggingface.key  hf_              word   12
    replicate.key    r8_              word   16
    perplexity.key   pplx-            word   12
    xai.key          xai-             word   16
    sendgrid.key     SG.              dots   12
    mailgun.key      key-             hex    16
    square.key       sq0atp-          slug   8
    square.key       sq0csp-          slug   8
    square.key       sq0idp-          slug   8
    square.key       EAAA             slug   32
    facebook.token   EAAC             word   20
    twitter.bearer   AAAAAAAAAAAAAAAAAAAAA cookie 8
    shopify.key      shpat_           word   8
    shopify.key      shpca_           word   8
    shopify.key      shppa_           word   8
    shopify.key      shpss_           word   8
    npm.token        npm_             word   12
    pypi.token       pypi-            slug   16
    docker.token     dckr_pat_        slug   8
    docker.token     dckr_oat_        slug   8
    digitalocean.key dop_v1_          hex    8
    digitalocean.key doo_v1_          hex    8
    digitalocean.key dor_v1_          hex    8
    databricks.key   dapi             hex    16
    grafana.key      glsa_            slug   8
    grafana.key      glc_             base64 12
    newrelic.key     NRAK-            word   8
    newrelic.key     NRII-            slug   8
    newrelic.key     NRJS-            word   8
    dynatrace.key    dt0c01.          dots   12
    dynatrace.key    dt0s01.          dots   12
    postman.key      PMAK-            slug   8
    linear.key       lin_api_         word   8
    linear.key       lin_oauth_       word   8
    notion.key       secret_          word   20
    notion.key       ntn_             word   16
    airtable.key     patA             dots   24
    atlassian.key    ATATT3           base64 16
    atlassian.key    ATCTT3           base64 16
    atlassian.key    ATSTT3           base64 16
    atlassian.key    ATBB             word   16
    vault.token      hvs.             slug   12
    vault.token      hvb.             slug   12
    vault.token      hvr.             slug   12
    terraform.token  ….atlasv1.       slug   12
    doppler.key      dp.pt.           word   12
    doppler.key      dp.st.           dots   12
    doppler.key      dp.sa.           word   12
    pulumi.key       pul-             hex    16
    planetscale.key  pscale_          slug   12
    supabase.key     sbp_             word   16
    supabase.key     sb_secret_       slug   8
    heroku.key       HRKU-            slug   8
    fly.token        fo1_             slug   16
    fly.token        FlyV1            base64 16
    cloudflare.key   v1.0-            slug   24
    flutterwave.key  FLWSECK          dots   8
    razorpay.key     rzp_live_        word   8
    razorpay.key     rzp_test_        word   8
    midtrans.key     Mid-server-      slug   8
    midtrans.key     Mid-client-      slug   8
    xendit.key       xnd_production_  slug   8
    xendit.key       xnd_development_ slug   8
    xendit.key       xnd_public_      slug   8
    paypal.token     A21AA            slug   20
    braintree.token  access_token$    crypt  12
    adyen.key        AQE              base64 40
    mapbox.key       sk.eyJ           dots   12
    okta.key         SSWS             base64 20
    sentry.key       sntrys_          base64 12
    sentry.key       sntryu_          word   12
    rubygems.key     rubygems_        hex    12
    clojars.key      CLOJARS_         word   12
    age.key          AGE-SECRET-KEY-1 word   12
    crates.key       cio              word   32
    jfrog.key        AKCp             word   24
    jfrog.key        cmVmdGtu         base64 12
    typeform.key     tfp_             dots   16
    shippo.key       shippo_live_     hex    8
    easypost.key     EZAK             word   24
    easypost.key     EZTK             word   24
    duffel.key       duffel_live_     slug   8
    plaid.key        access-production- slug 8
    plaid.key        access-sandbox-  slug   8
    telegram.path    api.telegram.org/bot dots 4
    der.private      MIIEv            base64 16
    der.private      MIIEp            base64 16
    der.private      MIIEo            base64 16
    der.private      MIICX            base64 16
    der.private      MIICd            base64 16
    der.private      MIIJ             base64 32
    der.private      MHcCAQEE         base64 12
    der.private      MC4CAQAwBQYDK2Vw base64 8
    openssh.private  b3BlbnNzaC1rZXkt base64 8
    bcrypt.hash      $2a$             crypt  20
    bcrypt.hash      $2b$             crypt  20
    bcrypt.hash      $2y$             crypt  20
    argon2.hash      $argon2          crypt  20
    crypt.hash       $6$              crypt  20
    crypt.hash       $5$              crypt  20
    crypt.hash       $1$              crypt  16
    ldap.hash        {SSHA}           base64 16
    django.hash      pbkdf2_sha       crypt  20
    werkzeug.hash    pbkdf2:sha       crypt  20
    scrypt.hash      scrypt:          crypt  40
    passlib.hash     $pbkdf2-         crypt  20
    scrypt.hash      $scrypt$         crypt  20
    crypt.hash       $y$              crypt  20
    crypt.hash       $7$              crypt  20
    crypt.hash       $apr1$           crypt  16
    kerberos.hash    $krb5            crypt  20
    totp.uri         otpauth://       url    12
    paseto           v1.local.        dots   20
    paseto           v2.local.        dots   20
    paseto           v3.local.        dots   20
    paseto           v4.local.        dots   20
    paseto           v1.public.       dots   20
    paseto           v2.public.       dots   20
    paseto           v3.public.       dots   20
    paseto           v4.public.       dots   20
    brevo.key        xkeysib-         slug   12
    brevo.key        xsmtpsib-        slug   12
    firebase.key     …:APA91b         slug   16
    cloudflare.key   cfut_            word   20
    cloudflare.key   cfat_            word   20
    pinecone.key     pcsk_            slug   16
    langsmith.key    lsv2_pt_         slug   12
    langsmith.key    lsv2_sk_         slug   12
    contentful.key   CFPAT-           slug   12
    sonar.key        squ_             hex    16
    sonar.key        sqp_             hex    16
    sonar.key        sqa_             hex    16
    sourcegraph.key  sgp_             slug   20
    sourcegraph.key  slk_             hex    20
    defined.key      dnkey-           slug   16
    ory.key          ory_at_          slug   12
    ory.key          ory_st_          slug   12
    ory.key          ory_rt_          slug   12
    ory.key          ory_pat_         slug   12
    ory.key          ory_apikey_      slug   12
    posthog.key      phx_             word   20
    netlify.key      nfp_             word   20
    readme.key       rdme_            word   20
    prefect.key      pnu_             word   20
    prefect.key      pnb_             word   20
    buildkite.key    bkua_            word   20
    circleci.key     CCIPAT_          slug   12
    circleci.key     CCIPRJ_          slug   12
    tailscale.key    tskey-           slug   12
    vercel.key       vercel_blob_rw_  slug   8
    figma.key        figd_            slug   16
    figma.key        figu_            slug   16
    figma.key        figo_            slug   16
    frameio.key      fio-u-           slug   16
    dropbox.key      sl.              slug   120
    dropbox.key      sl.u.            slug   16
    snyk.key         snyk_uat.        dots   12
    snyk.key         snyk_sat.        dots   12
    scalingo.key     tk-us-           slug   20
    infracost.key    ico-             word   24
    yandex.key       AQVN             slug   30
    yandex.token     t1.              tilde= 60
    onepassword.key  ops_eyJ          base64 16
    onepassword.key  A3-              slug   24
    hubspot.key      pat-na1-         slug   12
    hubspot.key      pat-eu1-         slug   12
    hex.key          hex_             hex    20
    ft.key           s-s4t2           slug   20
    ft.key           u-s4t2           slug   20
    fly.token        fm1r_            base64 16
    fly.token        fm1a_            base64 16
    aws.bedrock      bedrock-api-key- base64 16
    openshift.token  sha256~          slug   20
    octopus.key      API-             upper  24
    adobe.secret     p8e-             word   24
    duffel.key       duffel_test_     slug   8
    fly.token        fm2_             base64 16
    mapbox.key       tk.eyJ           dots   12
    elastic.key      essu_            base64 20
    gitea.token      gto_             word   24
    harness.key      pat.             dots   60
    harness.key      sat.             dots   60
    aiven.token      AVNS_            slug   12
    nvidia.key       nvapi-           slug   16
    cursor.key       crsr_            word   20
    jina.key         jina_            word   20
    tavily.key       tvly-            slug   16
    firecrawl.key    fc-              hex    28
    workos.key       sk_prod_         word   12
    generic.secret   …_secret_        word   16
    generic.live     …_live_          slug   20
    generic.live     live_            slug   24
    generic.key      …_sk_            slug   20
    generic.key      sk_              slug   24
    generic.key      ak_              slug   20
    generic.key      key_             hex    40
    generic.token    …_pat_           word   20
    generic.token    …_oat_           word   20
    generic.key      …_api_           word   20
    generic.key      …_prod_          word   20
    generic.key      …_v1_            slug   32
    generic.key      …_apikey_        word   16
    generic.key      secret-live-     slug   16
    generic.key      secret-test-     slug   16
    generic.key      signkey-         dashed 20
    vercel.key       vcp_             word   20
    vercel.key       vck_             word   20
    vercel.key       vca_             word   20
    vercel.key       vci_             word   20
    vercel.key       vcr_             word   20
    cloudflare.key   cfk_             word   20
    google.api_key   AQ.Ab            slug   20
    cerebras.key     csk-             word   20
    voyage.key       pa-              slug   40
    nomic.key        nk-              slug   40
    mem0.key         m0-              word   24
    fireworks.key    fw_              word   20
    e2b.key          e2b_             hex    20
    neon.key         napi_            word   24
    openpipe.key     opk_             hex    20
    replit.token     rplt_            word   20
    daytona.key      dtn_             hex    24
    render.key       rnd_             word   20
    mongo.secret     mdb_sa_sk_       slug   16
    clickhouse.key   4b1d             word   36
    nuget.key        oy2              word   40
    macaroon         MDAx             base64 60
    honeycomb.key    hcaik_           word   24
    linkedin.secret  WPL_AP1.         base64 12
    mercado.key      APP_USR-         slug   24
    instagram.token  IGQV             slug   60
    fernet           gAAAAA           base64 60
    bitcoin.key      xprv             word   80
    llamacloud.key   llx-             word   24
    dnsimple.token   dnsimple_a_      word   16
    dnsimple.token   dnsimple_u_      word   16
    nylas.key        nyk_v0_          word   24
    zuplo.key        zpka_            slug   24
    mailersend.key   mlsn.            hex    32
    supabase.token   sbp_v0_          hex    24
    meta.token       LLM|             pipe   24
    facebook.token   EAAB             word   80
    facebook.token   EAA              word   100
    brave.key        BSA              slug   27
"""

_AWS_BODY: Final = 16
"""ASIANMARKETS is a word, `ASIA` with 16 letters behind it is a key."""

_COLOUR: Final = expression(r"(?:\x1b|\\x1b|\\u001b|\\033)\[[0-9;]{0,12}m\Z")
_LONGEST_COLOUR: Final = 20
"""A terminal's colour ends in a letter, which is none of the word behind it."""
_FRONT: Final = expression(r"[A-Za-z0-9_~-]*+")
_LONGEST_FRONT: Final = 160
_GENERIC: Final = "generic."
"""Rules whose literals many names begin with: what follows must be no name."""
_TELLING: Final = 4
"""A literal of so many characters that ends in a joint is no chance behind `_`, as in `token_ghp_…`."""
_NEEDS_DIGIT_BELOW: Final = 40
"""A body of letters only is a word, not a key, unless it is very long."""


class Shape(NamedTuple):
    """One kind of credential."""

    rule: str
    literal: str
    body: re.Pattern[str]
    inside: bool = False
    """Whether the literal stands in the middle of the credential."""
    joins: bool = False
    """Whether it is no part of a longer name, so that `_` may stand before it."""

    def begin(self, text: str, at: int) -> int:
        """Give where the credential begins whose literal stands at `at`."""
        if not self.inside:
            return at
        before = _FRONT.match(text[max(0, at - _LONGEST_FRONT) : at][::-1])
        return at - before.end() if before is not None else at

    def end(self, text: str, start: int) -> int:
        """Give the end of the credential whose literal stands at `start`, in the case that it has there, or -1."""
        after = start + len(self.literal)
        before = text[start - 1] if start and not self.inside and self.literal[0].isalnum() else ""
        if (before.isalnum() and not _is_coloured(text, start)) or (before == "_" and not self.joins):
            return -1
        found = self.body.match(text, after)
        if found is None:
            return -1
        body = found[0]
        if self.rule.startswith(_GENERIC) and is_plain(body):
            return -1
        if body.isalpha() and self.literal.isupper() and body.isupper():
            return found.end() if len(body) == _AWS_BODY else -1
        if len(body) < _NEEDS_DIGIT_BELOW and (body.isalpha() or not any(map(str.isdigit, body))) and _is_wordy(body):
            return -1
        return found.end()


def _is_coloured(text: str, start: int) -> bool:
    """Say whether a terminal's colour ends where a credential begins."""
    return text[start - 1] == "m" and _COLOUR.search(text, max(0, start - _LONGEST_COLOUR), start) is not None


def _is_wordy(body: str) -> bool:
    """`sk-fading-circle-in` is a class name: letters of one case, no digit."""
    letters = "".join(character for character in body if character.isalpha())
    return letters.islower() or letters.isupper() or letters.istitle()


def _shapes() -> tuple[Shape, ...]:
    found = []
    for line in _TABLE.strip().splitlines():
        rule, literal, alphabet, least = line.split()
        inside = literal.startswith("…")
        body = expression(f"{_ALPHABETS[alphabet]}{{{least},2048}}")
        joins = len(literal) >= _TELLING and literal[-1] in "_-." and not rule.startswith(_GENERIC)
        found.append(Shape(rule, literal.removeprefix("…"), body, inside, joins))
    return tuple(found)


SHAPES: Final = _shapes()
