from alpine:3.20 as base
from base
run true
