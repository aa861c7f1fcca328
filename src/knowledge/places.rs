//! The places tables: provinces, cities, universities and employers, each with the system it belongs to.
