"""Where the training data comes from, and how it is prepared."""
