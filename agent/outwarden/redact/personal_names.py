"""Words that name something of a person: numbers, dates, users, addresses; `names` says how they are combined."""

from __future__ import annotations

from typing import Final

from outwarden.redact.vocabulary import vocabulary

NUMBER_WORDS: Final = vocabulary("""
    card, pan, ccnum, creditcard, cardnumber, debitcard, phone, telephone, msisdn, mobile, whatsapp, wa, tel, telp, telepon,
    handphone, hp, fax, nik, ktp, npwp, ssn, bpjs, iban, rekening, norek, nohp, noktp, imei, imsi, iccid, passport,
    paspor, kk, tin, vat, sim, cell, cellphone, phonenumber, mobilenumber, passportno, passportnumber, nopaspor, accountnumber, cc, kartu,
    ccnumber, cardno, cardnum, kreditkarte, kontonummer, aadhaar, aadhar, nric, mykad, hkid, cnic, cccd, cpf, cnpj, curp, cuit, cuil, dni, nif, bsn, nino, nir, rrn, steuerid,
    pesel, jmbg, oib, tckn, iqama, personnummer, kennitala, steuernummer, ausweisnummer, identifikationsnummer, versicherungsnummer, kartennummer, telefonnummer,
    trackdata, nisn, nip, nrp, philsys, tfn, reisepass, reisepassnummer, passnummer, passeport, pasaporte, passaporte, fin, uinfin,
    itin, utr, niss, ssin, insz, rijksregisternummer, rijksregister, fodselsnummer, foedselsnummer, egn, amka, gstin, taxid, taxno, taxpayerid
""")
"""As the last word of a name, of a card, an account, a phone, an identity."""
NUMBER_PAIRS: Final = vocabulary("""
    card number, credit card, debit card, card no, cc number, phone number, mobile number, phone no, mobile no, mobile phone,
    identity number, id number, national id, tax id, account number, account no, bank account, no hp, no ktp, no rekening,
    no telp, no wa, no kk, no paspor, security number, induk kependudukan, nomor induk, nomor paspor, nomor npwp, nomor hp, nomor ktp, nomor rekening, nomor telepon, nomor kartu, no kartu, routing number, social security,
    ktp number, npwp number, nik number, sim number, sim no, no sim, nomor sim, bpjs number, no bpjs, nomor bpjs, kk number, nomor kk, passport number, passport no, family card, kartu keluarga, contact number, no rek,
    kartu kredit, kartu debit, card num, account num, acct no, acct number, aadhaar number, aadhaar no, nric number, nric no, fin number, fin no, ic number, ic no, no ic, nhs number,
    medicare number, insurance number, national insurance, driver license, drivers license, driving license, driving licence, license number, licence number, license no, licence no, voter id,
    civil id, citizen id, resident id, emirates id, tax number, vat number, vat id, pan number, pan no, pan card, codice fiscale, health card, identity card, identity no, identification number,
    securite sociale, steuer id, national number, resident number, registration no, beneficiary account, destination account, settlement account, savings account, rdn account,
    thai id, sss number, philsys number, rdn number, no rdn, nomor rdn, gopay number, ovo number, ovo id, dana number, sid ksei, nomor sid, no sid, bpjs kesehatan, bpjs ketenagakerjaan,
    taxpayer id, taxpayer number, taxpayer identification, insurance no, id card, id no, identification no, citizenship number, personal number,
    tax identification, tax identifier, tax no, employer id, sin number, bank acc, account details, ach account, bacs account, eft account
""")
NUMBER_THREES: Final = vocabulary("resident registration number, tax file number, national register number")
"""The last two and the last three words."""
QUIET_NUMBERS: Final = vocabulary("virtual account, va number, nomor va, no va, va no")
"""Their last words are too common for a text to be searched for them: `label_literals` has literals for these."""
NUMBER_SUFFIXES: Final = ("identifikationsnummer", "versicherungsnummer", "kartennummer", "telefonnummer")
"""Written as one with what stands before."""
FIRST_NUMBERS: Final = vocabulary("bpjs, mykad, nik, ktp, npwp, iban, ssn, msisdn, aadhaar, nric, cpf, rekening")
"""As the first word, whoever it is of: `nik_pemohon`."""
PERSONAL_PAIRS: Final = vocabulary("""
    birth date, date birth, of birth, tanggal lahir, first name, last name, full name, given name, family name,
    maiden name, home address, street address, nama lengkap, nama ibu, ibu kandung, middle name, nama depan, nama belakang, nama pemilik, nama nasabah, nama pelanggan, nama ayah,
    contact name, guest name, pemilik rekening, nama rekening, passenger name, employee name, payee name, payer name, buyer name, student name, nama kontak, nama penerima, nama pengirim, nama karyawan, nama pasien, nama penumpang, nama pemegang,
    cardholder name, holder name, account holder, card holder, customer name, patient name, beneficiary name, recipient name, sender name,
    billing address, shipping address, delivery address, residential address, permanent address, mailing address,
    alamat rumah, alamat domisili, alamat tinggal, alamat pengiriman, alamat penagihan, alamat ktp, tempat lahir
""")
PERSONAL_WORDS: Final = vocabulary(
    "email, mail, lahir, birth, emails, dob, birthdate, birthday, surname, surel, emailaddress, firstname, lastname, middlename, kontoinhaber, karteninhaber, vorname, nachname, apellido, apellidos, geburtsdatum, geburtstag, geboortedatum, nacimiento, nascimento, naissance"
)
"""The last two words and the last word, of something else about a person."""
PEOPLE: Final = vocabulary(
    "customer, beneficiary, recipient, receiver, sender, payer, payee, patient, employee, guest, passenger, buyer, student, applicant, debtor, borrower, spouse, holder, cardholder"
)
NAME_KINDS: Final = vocabulary("account, full, legal, display, real, family, given, first, last, middle, holder")
"""`beneficiaryAccountName`: whose, and what kind of a name; `recipient_bank_name` is none of a person."""
QUIET_PERSONAL: Final = vocabulary("address line, street line, alamat lengkap, full address, born on")
"""The same with a last word that is too common for a text to be searched for it: `label_literals` has literals for these."""
HOUSE_WORDS: Final = vocabulary("address, addr, alamat, street, anschrift, adresse, direccion, endereco, indirizzo")
"""As the last word, of the address of a house, if it looks like one."""
OFFICES: Final = vocabulary(
    "company, office, store, branch, hq, headquarters, merchant, emiten, issuer, kantor, toko, outlet, corporate, business, registered"
)
"""In front of it, where everyone may know it."""
USER_WORDS: Final = vocabulary("userid, username, user, uid, login, enduser, usr, loginname")
USER_PAIRS: Final = vocabulary(
    "user id, user name, enduser id, end user, user login, login name, usr id, customer id, member id"
)
"""The same of a user."""
ADDRESS_WORDS: Final = vocabulary(
    "ip, peer, ipaddr, ipaddress, remoteaddr, clientip, ipv4, ipv6, mac, macaddress, macaddr, bssid, hwaddr"
)
ADDRESS_PAIRS: Final = vocabulary("""
    client ip, remote ip, remote addr, remote address, source ip, src ip, user ip, peer ip, peer addr, peer address, real ip, forwarded for,
    client address, client addr, source address, ip address, ip addr, connecting ip, x forwarded, remote host, client host,
    origin ip, caller ip, visitor ip, sender ip, login ip, true ip, host forwarded, mac address, mac addr, wifi mac, device mac, client mac, source mac, src mac, hw addr, hardware address
""")
"""The same of the address of a person's machine."""
OUR_SIDE: Final = vocabulary(
    "server, destination, dest, dst, host, local, bind, listen, node, pod, upstream, container, public"
)
"""Before it, where the address is that of a server."""
BODIES: Final = vocabulary("body, payload, response, request, reply, answer, json, data, excerpt")
"""But not where the name is that of a body: of `upstream_body` the server is the one that tells the address."""
