// A self-signed certificate for one address. Node can read certificates and not make them, so here is as much of
// their form (X.509 in DER) as one needs.

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const SEQUENCE = 0x30;
const SET = 0x31;

function tlv(tag, ...parts) {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const oid = (hex) => tlv(0x06, Buffer.from(hex, 'hex'));
const time = (date) => tlv(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`)); // YYMMDDhhmmssZ
const bits = (data) => tlv(0x03, Buffer.from([0]), data);

const ECDSA_WITH_SHA256 = tlv(SEQUENCE, oid('2a8648ce3d040302'));
const COMMON_NAME = '550403';
const SUBJECT_ALT_NAME = '551d11';
const HOUR = 3_600_000;

/** Gives back `cert` and `key` as PEM. */
export function selfSigned(ip = '127.0.0.1') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  // Whoever trusts several certificates finds them by name, so each needs one of its own.
  const name = tlv(SEQUENCE, tlv(SET, tlv(SEQUENCE, oid(COMMON_NAME), tlv(0x0c, Buffer.from(`perch test ${serial.toString('hex')}`)))));
  const address = tlv(0x87, Buffer.from(ip.split('.').map(Number)));
  const extension = tlv(SEQUENCE, oid(SUBJECT_ALT_NAME), tlv(0x04, tlv(SEQUENCE, address)));
  const content = tlv(SEQUENCE,
    tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
    tlv(0x02, serial),
    ECDSA_WITH_SHA256,
    name,
    tlv(SEQUENCE, time(new Date(Date.now() - HOUR)), time(new Date(Date.now() + HOUR))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, tlv(SEQUENCE, extension)));
  const der = tlv(SEQUENCE, content, ECDSA_WITH_SHA256, bits(sign('sha256', content, privateKey)));
  const lines = der.toString('base64').match(/.{1,64}/g).join('\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}
