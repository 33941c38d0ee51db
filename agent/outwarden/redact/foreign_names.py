"""Passwords, tokens, keys and codes as other languages name them: whole words and phrases, in lower case."""

from __future__ import annotations

import unicodedata
from typing import Final

_WORDS: Final = """
    contraseña, пароль, парола, лозинка, гасло, 密码, 密碼, 口令, パスワード, 暗証番号, 비밀번호, 암호, hasło, mật khẩu, mật mã, şifre, mot de passe, mots de passe,
    lösenord, jelszó, slaptažodis, salasõna, lykilorð, fjalëkalimi, κωδικός πρόσβασης, κωδικός, כלמת המעבר, סיסמה, סיסמא, كلمة المرور, كلمة السر, رمز عبور, گذرواژه,
    รหัสผ่าน, पासवर्ड, পাসওয়ার্ড, கடவுச்சொல், პაროლი, գաղտնաբառ, құпия сөз,
    密钥, 密鑰, 令牌, 访问令牌, 访问密钥, 金鑰, シークレットキー, シークレット, 秘密鍵, apiキー, api キー, トークン, アクセスキー, api 키, api키, 비밀 키, 비밀키, 토큰,
    секретный ключ, ключ доступа, ключ api, api-ключ, api ключ, токен, токен доступа, секрет, таємний ключ, ключ шифрования, приватный ключ, закрытый ключ,
    clave secreta, clave privada, chave secreta, chave privada, chiave segreta, chiave privata, tajny klucz, geheime sleutel, kunci privat, kunci enkripsi, kunci rahasia,
    schlüssel, zugriffstoken, zugangstoken, zugangscode, clave de api, clave de acceso, clave de cifrado, llave de api, llave secreta, token de acceso, token de acesso,
    token di accesso, chave de api, chave de acesso, chave de criptografia, chiave di accesso, chiave di cifratura, clé api, clé d'api, clé secrète, clé privée, clé d'accès,
    clé de chiffrement, jeton, jeton d'accès, jeton d'authentification, token d'accès, token d'authentification, secret partagé, code d'accès, api-sleutel,
    toegangstoken, api-nyckel, hemlig nyckel, api-nøgle, api-nøkkel, hemmelig nøkkel, api-avain, salainen avain, api klíč, api-klíč, tajný klíč, api kľúč, api kulcs,
    titkos kulcs, klucz api, tajny klucz, token dostępu, api anahtar\u0131, gizli anahtar, erişim anahtar\u0131, erişim belirteci, khóa api, khoá api, khóa bí mật, mã thông báo,
    mã xác nhận, mã xác thực, คีย์ api, โทเค็น, टोकन, مفتاح api, مفتاح سري, رمز التحقق, רמז, מפתח api, κλειδί api, cheie api, cheie secretă, ključ api, api ključ,
    código de verificación, código de verificação, code de vérification, codice di verifica, bestätigungscode, verifizierungscode, sicherheitscode, код подтверждения,
    код доступа, 验证码, 驗證碼, 認証コード, 確認コード, 인증번호, 인증 코드, doğrulama kodu, kod weryfikacyjny, verificatiecode, verifieringskod
"""
_NUMBER_WORDS: Final = """
    身份证, 身份证号, 身份证号码, 身分證字號, 手机号, 手机号码, 电话号码, 電話號碼, 银行卡号, 卡号, 护照号, 护照号码, 電話番号, 携帯電話, マイナンバー, 個人番号, 口座番号, カード番号, 旅券番号,
    주민등록번호, 전화번호, 휴대폰번호, 계좌번호, 카드번호, 여권번호, телефон, номер телефона, номер карты, номер счёта, номер счета, номер паспорта, паспорт, снилс,
    số điện thoại, số tài khoản, số thẻ, căn cước, numéro de téléphone, téléphone, numéro de carte, numéro de compte, sécurité sociale, teléfono, número de tarjeta, número de teléfono,
    número de cuenta, número de cartão, número de conta, cartão de crédito, tarjeta de crédito, رقم الهاتف, رقم الهوية, رقم الحساب, رقم البطاقة, เบอร์โทร, เลขบัตรประชาชน, numéro de sécurité sociale
"""
"""The same for numbers of cards, accounts, phones and identities."""


def _listed(words: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            unicodedata.normalize("NFKC", " ".join(word.split())) for word in words.split(",") if word.strip()
        )
    )


FOREIGN: Final = _listed(_WORDS)
NUMBERS: Final = _listed(_NUMBER_WORDS)
