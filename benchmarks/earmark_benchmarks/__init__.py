"""What is asked: data sets, their splits, and the benchmarks over them."""
