"""Building the model: data preparation, losses and the training loop. Nothing here is needed to enroll or render."""
