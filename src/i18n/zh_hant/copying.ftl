copied = 已複製
not_allowed = 瀏覽器不允許複製。請選取文字並複製
