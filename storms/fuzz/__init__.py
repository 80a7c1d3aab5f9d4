"""A million odd requests, forged signatures and broken books: everything is answered, and answered well."""
