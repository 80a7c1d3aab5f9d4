"""What a book may say and yet must not: rules that each read the whole book and change nothing."""
