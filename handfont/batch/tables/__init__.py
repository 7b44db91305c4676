"""Tables of recipients: CSV, TSV, JSON Lines and XLSX."""
