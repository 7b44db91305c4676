"""Where the documents of a batch are written: in processes on this machine, or on a Ray cluster."""
