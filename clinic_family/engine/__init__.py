"""The rules of the clinic in plain Python: values in, values out, no Odoo."""
