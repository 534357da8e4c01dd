"""Any OpenAPI document turned into operations, schemas, validation, requests and views."""
