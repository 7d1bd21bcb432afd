"""CDX and CDXJ: indexes of WARC files, sorted by address, as pywb and other replay tools read them."""
