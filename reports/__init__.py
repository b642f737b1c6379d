"""What people read: static report pages made from a results table. Measures nothing."""
