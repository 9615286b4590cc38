## datatable.R CSV OUT - hand-written Taylor variance and bootstrap with data.table: the 'fast user' baseline
suppressMessages(library(data.table)); a <- commandArgs(TRUE); f <- a[1]; out <- a[2]; thr <- if (length(a) > 2) as.integer(a[3]) else 1L; setDTthreads(thr)
rss <- function() { z <- grep("VmHWM", readLines("/proc/self/status"), value = TRUE); round(as.numeric(gsub("\\D", "", z)) / 1024) }
n <- as.numeric(gsub("\\D", "", basename(f)))
tm <- function(task, e, extra = function(r) "") { gc(FALSE); t <- system.time(r <- eval(e, parent.frame()))[["elapsed"]]; cat(sprintf("data.table,%s,%.0f,%.3f,%d,%s\n", task, n, t, rss(), extra(r)), file = out, append = TRUE); cat(task, round(t, 3), "s", extra(r), "\n"); invisible(r) }
x <- tm("read", quote(fread(f))); B <- paste0("b", 1:10)
taylor <- function(x, B) { W <- sum(x$w); m <- vapply(B, function(v) sum(x$w * x[[v]]), 0) / W
  z <- x[, lapply(.SD, function(v) sum(w * v)), by = .(stratum, psu), .SDcols = B]; wp <- x[, .(W = sum(w)), by = .(stratum, psu)]$W
  for (j in seq_along(B)) set(z, NULL, B[j], (z[[B[j]]] - m[j] * wp) / W)
  nh <- z[, .N, by = stratum]; v <- z[, lapply(.SD, function(u) .N / (.N - 1) * sum((u - mean(u))^2)), by = stratum, .SDcols = B]
  list(m = m, se = sqrt(colSums(v[, ..B]))) }
tm("mean", quote(taylor(x, B)), function(r) paste0("b1=", signif(r$m[1], 12), " se=", signif(r$se[1], 12)))
bydom <- function(x) { nh <- unique(x[, .(stratum, psu)])[, .(nh = .N), by = stratum]
  z <- x[, .(A = sum(w * b1), W = sum(w)), by = .(region, sex, stratum, psu)]; z[, m := sum(A) / sum(W), by = .(region, sex)]; z[, u := (A - m * W)]
  g <- z[, .(s1 = sum(u), s2 = sum(u^2)), by = .(region, sex, stratum)][nh, on = "stratum", nomatch = NULL]
  tot <- z[, .(m = m[1], W = sum(W)), by = .(region, sex)]; v <- g[, .(v = sum(nh / (nh - 1) * (s2 - s1^2 / nh))), by = .(region, sex)]; v[tot, on = .(region, sex)][, .(region, sex, m, se = sqrt(v) / W)] }
tm("by", quote(bydom(x)), function(r) { setorder(r, sex, region); paste0("first=", signif(r$m[1], 12), " se=", signif(r$se[1], 12)) })
ipf <- function(x) { mg <- fread(sub(".csv", "_margins.csv", f)); w <- x$w; for (it in 1:100) { mx <- 0; for (v in c("region", "sex", "age", "educ")) { s <- as.vector(rowsum(w, x[[v]])); t <- mg[margin == v][order(level)]$N; k <- t / s; mx <- max(mx, abs(k - 1)); w <- w * k[x[[v]]] }; if (mx < 1e-10) break }; list(w = w, it = it) }
tm("rake", quote(ipf(x)), function(r) paste0("iterations=", r$it))
boot <- function(x, B, R = 500) { z <- x[, c(list(W = sum(w)), lapply(.SD, function(v) sum(w * v))), by = .(stratum, psu), .SDcols = B]; set.seed(5); M <- as.matrix(z[, c("W", B), with = FALSE])
  F <- matrix(0, nrow(z), R); for (s in split(seq_len(nrow(z)), z$stratum)) { k <- length(s); for (r in seq_len(R)) F[s, r] <- tabulate(sample.int(k, k - 1, TRUE), k) * k / (k - 1) }
  T <- crossprod(F, M); m <- T[, -1] / T[, 1]; apply(m, 2, sd) }
tm("boot", quote(boot(x, B)))
