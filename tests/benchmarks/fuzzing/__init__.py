"""Documents and questions as nobody would write them, through everything that reads them."""
