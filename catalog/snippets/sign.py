# Signs for a chat of the widget: python3 sign.py, with the security key in WIDGET_KEY.
import base64, hashlib, hmac, json, os, time

def part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")

def chat_token(key, customer_id, attributes):
    now = int(time.time())
    claims = {"sub": "{{.Widget}}", "iat": now, "exp": now + 300, "customerId": customer_id, "attributes": attributes}
    signed = part(json.dumps({"typ": "JWT", "alg": "HS256"}).encode()) + b"." + part(json.dumps(claims).encode())
    return (signed + b"." + part(hmac.new(key.encode(), signed, hashlib.sha256).digest())).decode()

print(chat_token(os.environ["WIDGET_KEY"], "customer-1", {"plan": "gold"}))
