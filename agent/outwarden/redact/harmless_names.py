"""Words that make a name harmless, or say nothing: of `token_count` and `cache_key` the value may stay."""

from __future__ import annotations

from typing import Final

from outwarden.redact.vocabulary import vocabulary

TRAILING: Final = vocabulary("value, val, str, plain, plaintext, raw, nya, lama, baru, ulang, pem, b64, literal")
"""Says nothing: `clientSecretValue` is a client secret, `password_baru` a new password."""
QUALIFIERS: Final = vocabulary("""
    old, new, prev, previous, current, prod, production, prd, live, dev, development, stag, staging, stg, sandbox, uat, qa, preprod, legacy,
    primary, secondary, rw, ro, fallback, override, hex, enc, encoded, b64, base64, copy, orig, original
""")
"""Says which one of several: of `API_KEY_PROD` and `password_old`."""
VAGUE_QUALIFIERS: Final = vocabulary(
    "test, testing, tmp, temp, next, first, second, third, last, head, tail, suffix, main, default, local, decoded, rotated, demo, us, eu, ap, sg, uk, backup, bak, stage, part, half, chunk, piece, segment, a, b, v"
)
"""The same of what is a secret only if it looks like one, for it may be something else as well: `token_last`."""
HARMLESS_LAST: Final = vocabulary("""
    count, counts, length, len, size, policy, scheme, type, types, expiry, expires, ttl, age, limit, limits, url, uri,
    endpoint, status, valid, enabled, disabled, required, present, version, format, algorithm, alg, at, in, for, on, max,
    min, total, usage, used, budget, cost, name, names, prefix, header, field, hint, rotation, phase, method, provider,
    source, mode, lifetime, ms, seconds, s, state, reset, manager, service, minutes, index, position, error, arn, path, file, subnet, exception, failure, thumbprint, fingerprint,
    warning
""")
"""As the last word of a name."""
HARMLESS_FIRST: Final = vocabulary(
    "has, is, no, max, min, num, count, total, require, requires, required, allow, with, use, n"
)
"""As the first."""
HARMLESS_PAIRS: Final = vocabulary("""
    page token, skip token, skiptoken, delta token, deltatoken, nexttoken, pagetoken, continuationtoken, next token, continuation token, pagination token, starting token, sort token, max token, cancel token,
    stop token, sync token, primary key, foreign key, sort key, partition key, cache key, object key, s3 key,
    row key, hash key, range key, group key, lookup key, kafka key, idempotency key, dedupe key, public key, message key, metric key,
    index key, unique key, composite key, shard key, config key, join key, natural key, surrogate key, rate key, map key,
    error code, status code, exit code, response code, reason code, return code, http code, event code, country code,
    currency code, language code, index code, market code, stock code, sector code, postal code, zip code, area code,
    source code, page code, region code, city code, province code, bank code, branch code, issuer code, product code,
    query hash, plan hash, content hash, file hash, commit hash, tree hash, block hash, git hash, image hash, tx hash,
    transaction hash, build hash, config hash, schema hash, template hash, cert hash, layer hash, dedup key, item key, storage class, column key, event key, translation key, resource key, file key, document key,
    failed authentication, kernel key, aggreg key, app hash, console login, coupon code, discount code, promo code, result signature, pad token, eos token, bos token, unk token, mask token, sep token, cls token, version uid, metadata uid, object uid, references uid, regarding uid, resource uid, pod uid, node uid, s uid, cluster uid, namespace uid, deployment uid, replicaset uid, statefulset uid, daemonset uid, job uid, cronjob uid, container uid, dashboard uid, datasource uid
""")
"""The last two."""
