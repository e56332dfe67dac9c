copied = Kopyalandı
not_allowed = Tarayıcı kopyalamaya izin vermedi. Metni seçip kopyalayın
