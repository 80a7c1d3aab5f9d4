"""What is done between calls: chores, each again and again at its own pace."""
