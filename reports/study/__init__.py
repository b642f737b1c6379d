"""What a blind study found: statistics on votes, and the page that shows them."""
