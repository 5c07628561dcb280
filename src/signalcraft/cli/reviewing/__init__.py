"""What `signalcraft review` does beyond a review: compare with what was approved, and prove it."""
